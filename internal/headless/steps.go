package headless

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/internal/login"
)

// step takes the next of the configured steps that the page allows, and returns those
// that are left, and whether that ends the visit.
func (v *visit) step(steps []login.Step, s state, now look) (left []login.Step, done bool, err error) {
	if len(steps) == 0 {
		return nil, v.answers == nil && s.quiet > finished, v.outlasted(s, now)
	}
	if u, err := url.Parse(now.Origin); err != nil || !v.hosts.Name(u) {
		return steps, false, v.unknown(s, now)
	}
	next := steps[0]
	t := task{Selector: next.Fill + next.Click + next.Wait, Value: strings.ReplaceAll(next.Value, login.UserCode, v.userCode)}
	t.Do = "find"
	found, err := perform[outcome](v.tab, t)
	if err != nil {
		return steps, false, v.tab.Err()
	}
	switch {
	case found.Done == "no selector":
		return nil, false, v.failure(now, fmt.Sprintf("%q is no CSS selector", t.Selector), "steps", "mend it")
	case found.Done == "missing" && (v.greeted || next.Optional) && s.quiet > refused:
		return steps[1:], false, nil // who is logged in is asked less
	case found.Done == "missing":
		return steps, false, v.absent(t.Selector, s, now)
	case next.Wait != "":
		return steps[1:], false, nil
	}
	if err := v.leads(found.Action, now.Address); err != nil {
		return nil, false, err
	}
	if t.Do = "click"; next.Fill != "" {
		t.Do = "fill"
	}
	t.Origin, t.Action = found.Origin, found.Action
	result, err := perform[outcome](v.tab, t)
	if err != nil && next.Fill != "" {
		return steps, false, v.tab.Err()
	}
	switch result.Done {
	case "changed", "elsewhere":
		return steps, false, nil // it is looked at again
	case "not typed":
		return nil, false, v.failure(now, fmt.Sprintf("%s does not take what is typed", t.Selector), "steps", "mend the selector")
	}
	v.acted, v.actedAt, v.seenSince = now, time.Now(), time.Now()
	return steps[1:], false, nil
}

// absent is a page that does not have what a step names, once it is sure.
func (v *visit) absent(selector string, s state, now look) error {
	if s.document.status >= 400 && s.quiet > refused {
		return &login.Answered{Status: s.document.status, Said: v.words(now), At: now.Address}
	}
	if s.quiet < barren || time.Since(v.seenSince) < barren {
		return nil
	}
	return v.stuck(s, now, fmt.Sprintf("there is no visible %s", selector))
}

// outlasted is a page on which all steps are done and nothing comes of it.
func (v *visit) outlasted(s state, now look) error {
	if v.answers == nil {
		return nil
	}
	if s.document.status >= 400 && s.quiet > refused {
		return &login.Answered{Status: s.document.status, Said: v.words(now), At: now.Address}
	}
	if s.quiet < barren || time.Since(v.seenSince) < barren {
		return nil
	}
	return v.stuck(s, now, "all steps are done, and the answer has not come")
}
