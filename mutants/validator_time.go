package mutants

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

var errTime = errors.New("iat is out of the window")

// window exchanges how long proofs are taken.
func window(past, future time.Duration) inVerifier {
	return func(v *dpop.Verifier) { v.Past, v.Future = past, future }
}

// within judges iat by a reading and a comparison of its own.
func within(read func(dpop.Object) (float64, error), good func(v *dpop.Verification, iat float64) bool) inVerifier {
	return replacing("iat", func(p *dpop.Verification) error {
		iat, err := read(p.Proof.Claims)
		if err != nil {
			return err
		}
		p.Proof.IssuedAt = iat
		if !good(p, iat) {
			return errTime
		}
		return nil
	})
}

func seconds(claims dpop.Object) (float64, error) { return claims.Number("iat") }

func inWindow(p *dpop.Verification, iat float64) bool {
	age := float64(p.Now.Unix()) - iat
	return age <= p.Past.Seconds() && -age <= p.Future.Seconds()
}

// quoted reads a number in quotes too.
func quoted(claims dpop.Object) (float64, error) {
	if text, err := claims.Text("iat"); err == nil {
		return strconv.ParseFloat(text, 64)
	}
	return claims.Number("iat")
}

// milliseconds reads a large number as milliseconds.
func milliseconds(claims dpop.Object) (float64, error) {
	value, _ := claims.Get("iat")
	if number, err := strconv.ParseInt(string(value), 10, 64); err == nil && number > 1e12 && number < 1e14 {
		return float64(number / 1000), nil
	}
	return claims.Number("iat")
}

// wrapped reads a whole number as arithmetic of so many bits does.
func wrapped(bits uint) func(dpop.Object) (float64, error) {
	return func(claims dpop.Object) (float64, error) {
		value, _ := claims.Get("iat")
		number, whole := new(big.Int).SetString(string(value), 10)
		if !whole || len(value) > 24 {
			return claims.Number("iat")
		}
		kept, _ := new(big.Float).SetInt(number.Mod(number, new(big.Int).Lsh(big.NewInt(1), bits))).Float64()
		return kept, nil
	}
}

// overflowing compares absolute values of 64 bits: that of the least one is
// itself.
func overflowing(p *dpop.Verification) error {
	value, found := p.Proof.Claims.Get("iat")
	if !found {
		return errTime
	}
	iat, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return err
	}
	p.Proof.IssuedAt = math.Max(float64(iat), 0)
	now, distance := p.Now.Unix(), iat
	if distance < 0 {
		distance = -distance
	}
	if distance > now+int64(p.Future.Seconds()) || now-distance > int64(p.Past.Seconds()) {
		return errTime
	}
	return nil
}

// timeBugs are bugs in judging iat.
var timeBugs = []row{
	{id: "PV-080", variant: "unchecked", does: "does not check iat", breaks: ids{"RFC9449-4.3-69", "RFC9449-4.3-70"},
		change: within(seconds, func(*dpop.Verification, float64) bool { return true })},
	{id: "PV-080", variant: "beside-exp", does: "does not check iat where exp says that the proof lasts",
		breaks: ids{"RFC9449-4.3-69"}, change: skipping("iat", func(p *dpop.Verification) bool {
			exp, err := p.Proof.Claims.Number("exp")
			return err == nil && p.Proof.Claims.Has("iat") && exp > float64(p.Now.Unix())
		})},
	{id: "PV-082", does: "checks iat for the future alone", breaks: ids{"RFC9449-4.3-69"},
		change: within(seconds, func(p *dpop.Verification, iat float64) bool {
			return iat-float64(p.Now.Unix()) <= p.Future.Seconds()
		})},
	{id: "PV-083", variant: "overflow", does: "lets the arithmetic of the window overflow",
		breaks: ids{"RFC9449-4.3-74"}, change: replacing("iat", overflowing)},
	{id: "PV-083", variant: "32-bits", does: "keeps 32 bits of iat", breaks: ids{"RFC9449-4.3-74"},
		change: within(wrapped(32), inWindow)},
	{id: "PV-083", variant: "64-bits", does: "keeps 64 bits of iat", breaks: ids{"RFC9449-4.3-74"},
		change: within(wrapped(64), inWindow)},
	{id: "PV-083", variant: "unsigned", does: "takes no notice of the sign of iat", breaks: ids{"RFC9449-4.3-74"},
		change: within(seconds, func(p *dpop.Verification, iat float64) bool { return inWindow(p, math.Abs(iat)) })},
	{id: "PV-084", does: "accepts iat in milliseconds", breaks: ids{"RFC9449-4.3-74"},
		change: within(milliseconds, inWindow)},
	{id: "PV-085", does: "accepts iat as a string", breaks: ids{"RFC9449-4.3-16"}, change: within(quoted, inWindow)},
	{id: "PV-086", does: "accepts proofs for a day", breaks: ids{"RFC9449-4.3-73"},
		change: window(24*time.Hour, 30*time.Second)},
	{id: "PV-087", does: "tolerates no difference of clocks", breaks: ids{"RFC9449-4.3-71", "RFC9449-4.3-72"},
		change: window(0, 0)},
	{id: "PV-088", variant: "nbf", does: "takes nbf in the place of iat", breaks: ids{"RFC9449-4.3-15"},
		change: skipping("iat", func(p *dpop.Verification) bool {
			return !p.Proof.Claims.Has("iat") && p.Proof.Claims.Has("nbf")
		})},
	{id: "PV-088", variant: "beside-a-nonce", does: "does not require iat beside a nonce",
		breaks: ids{"RFC9449-4.3-15"}, change: skipping("iat", func(p *dpop.Verification) bool {
			return !p.Proof.Claims.Has("iat") && p.Proof.Claims.Has("nonce")
		})},
}
