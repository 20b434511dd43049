package forge

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

const (
	hour = 3600
	day  = 24 * hour
	year = 365 * day
)

// timeDefects are about iat, exp and nbf (RFC 9449 §4.3, checks 3 and 11;
// RFC 7519 §2, §4.1.4–6). Distances that are not named here belong to the
// family `iat is "-3600 s"`.
func timeDefects() []Defect {
	rows := append(numberDefects(), nameDefects("iat")...)
	rows = append(rows, placeDefects("iat")...)
	rows = append(rows, distances()...)
	rows = append(rows, overflows()...)
	rows = append(rows, wraps()...)
	return append(rows, lifetimeDefects()...)
}

// numberDefects are values of iat that are no NumericDate.
func numberDefects() []Defect {
	raw := func(literal string) func(*Forgery) error { return setClaim("iat", json.RawMessage(literal)) }
	return []Defect{
		bad("iat", "missing", "iat is left out", editClaims(func(o *dpop.Object) { o.Delete("iat") }), "iat"),
		bad("iat", "null", "iat is the JSON value null", raw("null"), "iat"),
		bad("iat", "true", "iat is the JSON value true", raw("true"), "iat"),
		bad("iat", "empty", "iat is the empty string", raw(`""`), "iat"),
		bad("iat", "an object", "iat is an empty JSON object", raw("{}"), "iat"),
		bad("iat", "an array", "iat is a JSON array that holds the right number alone",
			now(func(s int64) any { return []int64{s} }), "iat"),
		bad("iat", "a string", "iat is the right number in quotes",
			now(func(s int64) any { return strconv.FormatInt(s, 10) }), "iat"),
	}
}

func distances() []Defect {
	ago := func(seconds int64) func(*Forgery) error { return now(func(s int64) any { return s - seconds }) }
	return []Defect{
		fine("iat", "5 seconds old", "the way to the server takes time", ago(5)),
		fine("iat", "10 seconds old", "the way to the server takes time", ago(10)),
		moot("iat", "5 seconds ahead", "a server may allow for clocks (RFC 9449 §11.1)", ago(-5), "iat"),
		moot("iat", "10 seconds ahead", "a server may allow for clocks (RFC 9449 §11.1)", ago(-10), "iat"),
		bad("iat", "one hour old", "the proof was made an hour ago", ago(hour), "iat"),
		bad("iat", "one day old", "the proof was made yesterday", ago(day), "iat"),
		bad("iat", "one hour ahead", "the proof will be made in an hour", ago(-hour), "iat"),
		bad("iat", "one year ahead", "the proof will be made in a year", ago(-year), "iat"),
		moot("iat", "with a decimal fraction", "legal for a NumericDate, unusual for iat",
			now(func(s int64) any { return json.RawMessage(strconv.FormatInt(s, 10) + ".5") }), "iat"),
		moot("iat", "with an exponent", "the right number, in another of its JSON spellings", now(func(s int64) any {
			text := strconv.FormatInt(s, 10)
			return json.RawMessage(text[:1] + "." + text[1:] + "e" + strconv.Itoa(len(text)-1))
		}), "iat"),
		bad("iat", "in milliseconds", "NumericDate counts seconds", now(func(s int64) any { return s * 1000 }), "iat"),
		bad("iat", "in microseconds", "NumericDate counts seconds",
			now(func(s int64) any { return s * 1000000 }), "iat"),
	}
}

// overflows are numbers at which arithmetic goes wrong.
func overflows() []Defect {
	var rows []Defect
	for _, n := range []struct{ value, literal string }{
		{"0", "0"}, {"1", "1"}, {"-1", "-1"}, {"0.1", "0.1"},
		{"-2^31", "-2147483648"}, {"2^31", "2147483648"}, {"2^32", "4294967296"},
		{"-2^63", "-9223372036854775808"}, {"2^63-1", "9223372036854775807"}, {"2^63", "9223372036854775808"},
		{"2^64", "18446744073709551616"}, {"1e308", "1e308"}, {"-1e308", "-1e308"},
		{"1e400", "1e400"}, {"1e-400", "1e-400"},
		{"a number of a hundred digits", "1" + strings.Repeat("0", 99)},
	} {
		rows = append(rows,
			bad("iat", n.value, "far from now, at a border of arithmetic",
				setClaim("iat", json.RawMessage(n.literal)), "iat"))
	}
	return rows
}

// wraps are numbers that arithmetic of too few bits, or without a sign, takes
// for the right one.
func wraps() []Defect {
	raised := func(bits uint) func(*Forgery) error {
		return now(func(s int64) any {
			sum := new(big.Int).Lsh(big.NewInt(1), bits)
			return json.RawMessage(sum.Add(sum, big.NewInt(s)).String())
		})
	}
	return []Defect{
		bad("iat", "raised by 2^32", "the right number to whoever keeps 32 bits of it", raised(32), "iat"),
		bad("iat", "raised by 2^64", "the right number to whoever keeps 64 bits of it", raised(64), "iat"),
		bad("iat", "negated", "the right number but for its sign", now(func(s int64) any { return -s }), "iat"),
	}
}

func lifetimeDefects() []Defect {
	pair := func(nbf, exp int64) func(*Forgery) error {
		return func(f *Forgery) error {
			f.Draft.Claims.Set("nbf", f.Now.Unix()+nbf)
			f.Draft.Claims.Set("exp", f.Now.Unix()+exp)
			return nil
		}
	}
	at := func(name string, seconds int64) func(*Forgery) error {
		return func(f *Forgery) error { f.Draft.Claims.Set(name, f.Now.Unix()+seconds); return nil }
	}
	stale := func(f *Forgery) error {
		f.Draft.Claims.Set("iat", f.Now.Unix()-hour)
		return pair(-hour, hour)(f)
	}
	return []Defect{
		bad("iat", "one hour old, though the proof says that it lasts",
			"nbf and exp do not prolong what RFC 9449 §11.1 bounds by iat", stale, "iat"),
		bad("iat", "replaced by nbf", "nbf says from when on the proof is valid, not when it was made",
			editClaims(func(o *dpop.Object) { o.Rename("iat", "nbf") }), "iat"),
		bad("exp", "one hour ago", "the proof says of itself that it has expired", at("exp", -hour), "lifetime"),
		bad("exp", "0", "the proof says of itself that it expired in 1970", setClaim("exp", 0), "lifetime"),
		bad("exp", "a string", "exp is no number", setClaim("exp", "tomorrow"), "lifetime"),
		bad("nbf", "one hour ahead", "the proof says of itself that it is not valid yet", at("nbf", hour), "lifetime"),
		bad("nbf", "a string", "nbf is no number", setClaim("nbf", "yesterday"), "lifetime"),
		fine("exp", "one minute ahead", "a proof may say when it expires", at("exp", 60)),
		fine("nbf", "one minute ago", "a proof may say from when on it is valid", at("nbf", -60)),
		fine("lifetime", "a valid pair", "nbf lies in the past, exp in the future", pair(-60, 60)),
		bad("lifetime", "an expired pair", "nbf and exp lie both in the past", pair(-2*hour, -hour), "lifetime"),
	}
}

// now sets iat to a value made from the right number of seconds.
func now(value func(seconds int64) any) func(*Forgery) error {
	return func(f *Forgery) error { f.Draft.Claims.Set("iat", value(f.Now.Unix())); return nil }
}
