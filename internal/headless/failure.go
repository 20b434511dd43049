package headless

import (
	"fmt"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/internal/mask"
)

// stuck is a login that leads nowhere, for a reason that may be of this request alone.
type stuck struct{ login.Failure }

// Unwrap gives the failure.
func (s *stuck) Unwrap() error { return &s.Failure }

// failure is a login that cannot be done.
func (v *visit) failure(now look, what, key, remedy string) error {
	return &login.Failure{What: what, Said: v.words(now), At: now.Address, Key: key, Remedy: remedy}
}

// wrong is a failure that no other way would be spared.
func (v *visit) wrong(now look, what, key, remedy string) error {
	return &login.Failure{What: what, Said: v.words(now), At: now.Address, Key: key, Remedy: remedy, Final: true}
}

// stuck names what the page was kept from, which is the likeliest reason.
func (v *visit) stuck(s state, now look, what string) error {
	f := login.Failure{
		What: what, Said: v.words(now), At: now.Address, Key: "steps",
		Remedy: "see what the page shows in a browser, and say what is to be done there with steps",
	}
	if len(now.Frames) > 0 {
		f.Remedy += "; what stands in a frame of another origin (" + strings.Join(now.Frames, ", ") + ") is not seen"
	}
	if len(s.blocked) > 0 {
		f.Key = "hosts"
		f.Remedy = "nothing was asked of " + strings.Join(s.blocked, ", ") + ", which the configuration does not name; " +
			"name what the page needs of them in login.hosts. Else: " + f.Remedy
	}
	return &stuck{f}
}

// foreign is a login that leads to where nothing may be sent.
func (v *visit) foreign(origin, at string) error {
	return &login.Failure{
		What: fmt.Sprintf("the login leads to %s, which the configuration does not name; nothing was sent there",
			short(origin)),
		At: at, Key: "hosts", Remedy: "if that host belongs to the login, name it in login.hosts, with its scheme",
	}
}

// late is a login that took too long.
func (v *visit) late() error {
	s := v.guard.state()
	return v.stuck(s, v.seen, fmt.Sprintf("the login was not done within %s", v.patience))
}

// usualPatience is long enough for a slow page and short enough for who waits.
const usualPatience = time.Minute

// maxWords is how much is quoted of a page.
const maxWords = 240

// words are the title and the visible words of a page in one line.
func (v *visit) words(now look) string {
	title, said := strings.TrimSpace(now.Title), now.Said
	if title != "" && !strings.HasPrefix(said, title) {
		said = title + ": " + said
	}
	return short(said)
}

// short makes one line of a text, cut as mask wants it.
func short(text string) string {
	return strings.Join(strings.Fields(mask.Head(strings.ToValidUTF8(text, "�"), maxWords)), " ")
}
