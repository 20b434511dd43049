package proof

import (
	"errors"
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// nonceBook is how a server that is somebody else's deals with nonces, on a
// clock that the test moves.
type nonceBook struct {
	next   func() string
	accept func(nonce string) error
}

func (b nonceBook) Next() string              { return b.next() }
func (b nonceBook) Accept(nonce string) error { return b.accept(nonce) }

var errUnknownNonce = errors.New("this nonce is not taken")

// each hands out a nonce an answer and takes it for as long as holds says of
// its age and of how often it was taken.
func each(now func() time.Time, holds func(age time.Duration, uses int) bool) nonceBook {
	issued, uses := map[string]time.Time{}, map[string]int{}
	return nonceBook{
		next: func() string {
			nonce := dpop.NewID()
			issued[nonce] = now()
			return nonce
		},
		accept: func(nonce string) error {
			at, known := issued[nonce]
			if !known || !holds(now().Sub(at), uses[nonce]) {
				return errUnknownNonce
			}
			uses[nonce]++
			return nil
		},
	}
}

func young(life time.Duration) func(time.Duration, int) bool {
	return func(age time.Duration, _ int) bool { return age < life }
}

// windows hands out one nonce for a period and takes so many of the latest.
func windows(now func() time.Time, period time.Duration, latest int) nonceBook {
	name := func(i int64) string { return fmt.Sprintf("nonce-of-the-period-%d", i) }
	current := func() int64 { return now().UnixNano() / int64(period) }
	return nonceBook{
		next: func() string { return name(current()) },
		accept: func(nonce string) error {
			for i := range int64(latest) {
				if nonce == name(current()-i) {
					return nil
				}
			}
			return errUnknownNonce
		},
	}
}

// inWindows is windows on a clock that is given later.
func inWindows(period time.Duration, latest int) func(now func() time.Time) nonceBook {
	return func(now func() time.Time) nonceBook { return windows(now, period, latest) }
}

// untilUsed hands out one nonce to everybody until somebody uses it.
func untilUsed(now func() time.Time, life time.Duration) nonceBook {
	var current string
	issued := map[string]time.Time{}
	return nonceBook{
		next: func() string {
			if at, known := issued[current]; !known || now().Sub(at) >= life {
				current = dpop.NewID()
				issued[current] = now()
			}
			return current
		},
		accept: func(nonce string) error {
			at, known := issued[nonce]
			delete(issued, nonce)
			if !known || now().Sub(at) >= life {
				return errUnknownNonce
			}
			return nil
		},
	}
}

// newestOnly takes no nonce after it has handed out another.
func newestOnly() nonceBook {
	var current string
	return nonceBook{
		next: func() string { current = dpop.NewID(); return current },
		accept: func(nonce string) error {
			if nonce != current {
				return errUnknownNonce
			}
			return nil
		},
	}
}
