package login

import (
	"slices"
	"strings"
)

// bent is what follows from pressing a button, as far as it tells.
func (c *control) bent() int {
	byEye := bent(c.label + " " + c.hints)
	byName := bent(c.name + " " + c.id)
	if c.value != "" && c.value != c.label {
		byName = worse(byName, bent(c.value))
	}
	if byEye < 0 || byName < 0 {
		return -1
	}
	return max(byEye, byName)
}

// worse keeps a refusal, else what tells anything.
func worse(a, b int) int {
	if a < 0 || b < 0 {
		return -1
	}
	return max(a, b)
}

// button is the button to press: that which the configuration names, else the first
// that goes on. One that refuses is never pressed unless it is named. Nil: none.
func (f *form) button(known *Form, named string) (best *control) {
	top := -1
	for _, c := range f.controls {
		if !c.submits() || c.hidden {
			continue
		}
		if c.called(named) {
			return c
		}
		score := 2 * c.bent()
		if score < 0 {
			continue
		}
		if known != nil && known.Username != "" && strings.Contains(strings.ToLower(c.label+" "+c.value),
			strings.ToLower(known.Username)) { // a choice of accounts
			score += 3
		}
		if score > top {
			best, top = c, score
		}
	}
	return best
}

// buttons reports whether the form has any.
func (f *form) buttons() bool {
	return slices.ContainsFunc(f.controls, func(c *control) bool { return c.submits() && !c.hidden })
}

// decision is the form of the page that goes on without anything being typed: a
// consent, a choice of accounts, a mere "continue", or a form that a script would have
// sent. Nil: there is none.
func (p *page) decision(known *Form) (best *form, button *control) {
	top := 0
	for _, f := range p.forms {
		pressed, score := f.decides(known)
		if score > top {
			best, button, top = f, pressed, score
		}
	}
	return best, button
}

// decides tells how much a form looks like a decision; 0: it is none.
func (f *form) decides(known *Form) (button *control, score int) {
	if f.method == "DIALOG" || f.scored(f.understand(known), known) > 0 {
		return nil, 0
	}
	if bent(f.action) < 0 && bent(f.id+" "+f.name) <= 0 && !f.forRedirects() {
		return nil, 0
	}
	for _, c := range f.controls {
		if c.typed() && (c.required || c.kind == "search") && c.value == "" {
			return nil, 0
		}
	}
	button = f.button(known, known.consentName())
	switch {
	case button != nil && button.called(known.consentName()):
		return button, 100
	case button != nil:
		score = 20 + 20*button.bent()
	case f.buttons() || f.visible():
		return nil, 0
	default:
		score = 10 // a script would send it
	}
	if f.method == "POST" {
		score += 10
	}
	return button, score
}

// codeWords are in the names of fields for a code that a person reads somewhere else.
var codeWords = words(`code pin token digit digits challenge`)

// wantsCode is a field of the form that somebody would type a code into; nil: none. The
// form may be nil.
func (f *form) wantsCode(known *Form) *control {
	if f == nil {
		return nil
	}
	for _, c := range f.controls {
		if c.typed() && c.value == "" && known.valueFor(c) == nil && anyOf(c.names(), codeWords...) {
			return c
		}
	}
	return nil
}

// forRedirects reports whether the form carries what an answer to an authorization
// request carries: its action is for somebody else to name.
func (f *form) forRedirects() bool {
	return slices.ContainsFunc(f.controls, func(c *control) bool { return c.name == "code" || c.name == "error" })
}

// visible reports whether there is anything to be seen in the form.
func (f *form) visible() bool {
	return slices.ContainsFunc(f.controls, func(c *control) bool { return !c.hidden && !c.disabled })
}

// consent ticks and chooses what a consent needs: boxes that must be ticked, or are
// about what is consented to, and of two radio buttons the one that agrees.
func (f *form) consent() {
	groups := map[string][]*control{}
	for _, c := range f.controls {
		if c.disabled || c.hidden {
			continue
		}
		switch c.kind {
		case "checkbox":
			names := wordsOf(c.name + " " + c.id)
			about := anyOf(names, "scope", "scopes", "consent", "consents", "permission", "permissions", "grant", "approve",
				"approval", "accept", "agree", "terms", "claims", "scopeconsented") &&
				!anyOf(names, "remember", "newsletter", "marketing", "deny")
			c.checked = c.checked || c.required || about
		case "radio":
			groups[c.name] = append(groups[c.name], c)
		}
	}
	for _, group := range groups {
		choose(group)
	}
}

// choose ticks of radio buttons the one that agrees where another refuses, and the
// first where none is ticked.
func choose(group []*control) {
	tell := func(c *control) int {
		switch strings.ToLower(c.value) {
		case "true", "1":
			return +1
		case "false", "0":
			return -1
		}
		return bent(c.value + " " + c.label)
	}
	refuses := slices.ContainsFunc(group, func(c *control) bool { return tell(c) < 0 })
	agrees := slices.IndexFunc(group, func(c *control) bool { return tell(c) > 0 })
	ticked := slices.ContainsFunc(group, func(c *control) bool { return c.checked })
	switch {
	case refuses && agrees >= 0:
		tick(group, agrees)
	case !ticked:
		tick(group, max(agrees, 0))
	}
}

func tick(group []*control, at int) {
	for i, c := range group {
		c.checked = i == at
	}
}

// onward is a link that a person would follow who has nothing else to do on a page.
func (p *page) onward() string {
	for _, l := range p.links {
		switch strings.ToLower(strings.Trim(l.text, " .»→>")) {
		case "continue", "proceed", "click here", "click here to continue", "continue to application", "weiter", "continuer",
			"continuar":
			if !strings.HasPrefix(l.address, "#") && !strings.HasPrefix(strings.ToLower(l.address), "javascript:") {
				return l.address
			}
		}
	}
	return ""
}
