package login

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// page is what a server shows, as somebody without scripts sees it.
type page struct {
	status   int
	reply    []byte
	at       *url.URL // where it is; relative addresses are taken from base
	base     *url.URL
	forms    []*form
	links    []link
	refresh  string // where a meta refresh or the field Refresh leads; empty: nowhere
	hurried  bool   // the refresh does not wait for anybody to read the page
	scripts  bool
	captcha  string // its kind; empty: there is none
	widget   bool   // the captcha is to be seen on the page
	passkeys bool   // it asks for a passkey
	words    string // what it tells, in one line: its errors, else its title
	encoding encoding.Encoding
	charset  string
}

// link is an anchor with what it shows.
type link struct{ text, address string }

// soon is how many seconds a refresh may wait on a page that is none to be read.
const soon = 5

// readPage parses an answer as HTML. What is none has no form, and no scripts.
func readPage(e *wire.Exchange, at *url.URL) (*page, error) {
	kind, _ := e.Answer.One("Content-Type")
	p := &page{status: e.Status, reply: e.Reply, at: at, base: at}
	p.encoding, p.charset, _ = charset.DetermineEncoding(e.Reply, kind)
	if value, found := e.Answer.One("Refresh"); found {
		p.refreshBy(value)
	}
	if !isPage(kind, e.Reply) {
		return p, nil
	}
	// What stands in noscript is for us.
	root, err := html.ParseWithOptions(
		p.encoding.NewDecoder().Reader(bytes.NewReader(e.Reply)), html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil, err
	}
	reader := reader{page: p, owners: map[*html.Node]*form{}, ids: map[string]*form{}, labels: map[string]string{}}
	reader.prepare(root)
	reader.read(root, nil, "")
	p.words = reader.told()
	return p, nil
}

// isPage reports whether an answer is HTML: it says so, or says nothing and looks so.
func isPage(kind string, reply []byte) bool {
	kind = strings.ToLower(kind)
	if strings.Contains(kind, "html") {
		return true
	}
	return kind == "" && bytes.HasPrefix(bytes.TrimSpace(reply), []byte("<"))
}

// refreshBy reads "5; url=/next" (HTML, shared declarative refresh steps).
func (p *page) refreshBy(value string) {
	seconds, rest, _ := strings.Cut(strings.ReplaceAll(value, ",", ";"), ";")
	wait, err := strconv.ParseFloat(strings.TrimSpace(seconds), 64)
	if err != nil {
		return
	}
	// The address may hold what was replaced.
	if at := strings.IndexAny(value, ";,"); at >= 0 {
		rest = value[at+1:]
	}
	rest = strings.TrimSpace(rest)
	if len(rest) >= 3 && strings.EqualFold(rest[:3], "url") {
		if after, found := strings.CutPrefix(strings.TrimSpace(rest[3:]), "="); found {
			rest = strings.TrimSpace(after)
		}
	}
	rest = strings.Trim(rest, `"'`)
	if rest != "" {
		p.refresh, p.hurried = rest, wait <= soon
	}
}

// resolve makes an address of the page absolute.
func (p *page) resolve(address string) (*url.URL, error) {
	return p.base.Parse(strings.TrimSpace(address))
}

// place says where the page is, without what its query may give away.
func (p *page) place() string { return placeOf(p.at) }

func placeOf(u *url.URL) string { return wire.Brief(originOf(u) + u.EscapedPath()) }

// captchas are kinds of captcha by what their scripts, frames and widgets are called.
var captchas = []struct{ sign, kind string }{
	{"hcaptcha", "hCaptcha"}, {"h-captcha", "hCaptcha"},
	{"recaptcha", "reCAPTCHA"},
	{"challenges.cloudflare.com", "Turnstile"}, {"cf-turnstile", "Turnstile"}, {"turnstile", "Turnstile"},
	{"cdn-cgi/challenge-platform", "Cloudflare challenge"},
	{"arkoselabs", "Arkose Labs"}, {"funcaptcha", "Arkose Labs"},
	{"friendlycaptcha", "Friendly Captcha"}, {"frc-captcha", "Friendly Captcha"},
	{"geetest", "GeeTest"}, {"altcha", "ALTCHA"}, {"captcha", "captcha"},
}

// captchaIn returns the kind of captcha that a name betrays.
func captchaIn(name string) string {
	name = strings.ToLower(name)
	for _, c := range captchas {
		if strings.Contains(name, c.sign) {
			return c.kind
		}
	}
	return ""
}

// reader goes through a page once.
type reader struct {
	*page
	owners   map[*html.Node]*form
	ids      map[string]*form
	labels   map[string]string // text by the id of the control
	title    string
	heading  string
	warnings []string
}

// prepare finds what may stand behind what refers to it: forms by their ids, labels,
// and the base of all addresses.
func (r *reader) prepare(n *html.Node) {
	if n.Type == html.ElementNode {
		switch n.DataAtom {
		case atom.Base:
			if base, err := r.at.Parse(strings.TrimSpace(attribute(n, "href"))); err == nil && r.base == r.at &&
				attribute(n, "href") != "" {
				r.base = base
			}
		case atom.Form:
			f := &form{page: r.page, node: n}
			r.owners[n] = f
			r.forms = append(r.forms, f)
			if id := attribute(n, "id"); id != "" && r.ids[id] == nil {
				r.ids[id] = f
			}
		case atom.Label:
			if id := attribute(n, "for"); id != "" {
				r.labels[id] += " " + textOf(n)
			}
		}
	}
	for child := range n.ChildNodes() {
		r.prepare(child)
	}
}

// read goes through a node; within is the form around it, and label the text of the
// label around it.
func (r *reader) read(n *html.Node, within *form, label string) {
	if n.Type == html.ElementNode {
		if f := r.owners[n]; f != nil {
			within = f
			f.describe()
		}
		switch n.DataAtom {
		case atom.Template, atom.Style, atom.Object:
			return
		case atom.Label:
			label = textOf(n)
		}
		r.element(n, within, label)
	}
	for child := range n.ChildNodes() {
		r.read(child, within, label)
	}
}

func (r *reader) element(n *html.Node, within *form, label string) {
	r.suspect(n)
	switch n.DataAtom {
	case atom.Script:
		r.scripts = true
	case atom.Title:
		r.title += textOf(n)
	case atom.H1, atom.H2:
		if r.heading == "" {
			r.heading = textOf(n)
		}
	case atom.Meta:
		if strings.EqualFold(attribute(n, "http-equiv"), "refresh") && r.refresh == "" {
			r.refreshBy(attribute(n, "content"))
		}
	case atom.A:
		if address := attribute(n, "href"); address != "" {
			r.links = append(r.links, link{textOf(n), address})
		}
	case atom.Input, atom.Button, atom.Select, atom.Textarea:
		if id, named := lookup(n, "form"); named {
			within = r.ids[id]
		}
		if within != nil {
			within.controls = append(within.controls, r.control(n, label))
		}
	}
	if warns(n) && !concealed(n) && !unshown(n) {
		if text := textOf(n); text != "" {
			r.warnings = append(r.warnings, text)
		}
	}
}

// suspect looks for captchas and passkeys.
func (r *reader) suspect(n *html.Node) {
	switch n.DataAtom {
	case atom.Script, atom.Iframe:
		if kind := captchaIn(attribute(n, "src")); kind != "" && r.captcha == "" {
			r.captcha = kind
		}
	case atom.Div, atom.Span, atom.Img, atom.Input, atom.Textarea:
		names := attribute(n, "class") + " " + attribute(n, "id") + " " + attribute(n, "name")
		if kind := captchaIn(names); kind != "" && !strings.EqualFold(attribute(n, "type"), "hidden") {
			r.captcha, r.widget = kind, true
		}
	}
	for _, sign := range []string{"webauthn", "passkey"} {
		names := strings.ToLower(attribute(n, "id") + " " + attribute(n, "action"))
		r.passkeys = r.passkeys || strings.Contains(names, sign)
	}
}

// told is what the page tells in one line.
func (r *reader) told() string {
	for _, text := range append(r.warnings, r.heading, r.title) {
		if text = collapse(text); text != "" {
			return wire.Brief(text)
		}
	}
	return ""
}

// warns reports whether an element tells of an error, as far as its names do.
func warns(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Input, atom.Body, atom.Html, atom.Form, atom.Button, atom.Meta, atom.Link:
		return false
	}
	if strings.EqualFold(attribute(n, "role"), "alert") {
		return true
	}
	for _, word := range wordsOf(attribute(n, "class") + " " + attribute(n, "id")) {
		switch word {
		case "error", "errors", "errorlist", "alert", "danger", "invalid", "warning", "failure":
			return true
		}
	}
	live := strings.ToLower(attribute(n, "aria-live"))
	return live == "polite" || live == "assertive"
}

// unshown reports whether an element is hidden by what its classes are usually called.
func unshown(n *html.Node) bool {
	for class := range strings.FieldsSeq(strings.ToLower(attribute(n, "class"))) {
		switch class {
		case "hidden", "hide", "d-none", "invisible", "display-none":
			return true
		}
	}
	return false
}

// hidden reports whether an element is not to be seen, as far as the element itself
// tells.
func hidden(n *html.Node) bool {
	if _, is := lookup(n, "hidden"); is {
		return true
	}
	style := strings.ReplaceAll(strings.ToLower(attribute(n, "style")), " ", "")
	return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden")
}

// concealed reports whether an element or one around it is not to be seen.
func concealed(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.Type == html.ElementNode && hidden(n) {
			return true
		}
	}
	return false
}

func lookup(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Namespace == "" && a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func attribute(n *html.Node, name string) string {
	value, _ := lookup(n, name)
	return value
}

// textOf is what an element shows.
func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
			b.WriteByte(' ')
		case n.Type == html.ElementNode && (n.DataAtom == atom.Script || n.DataAtom == atom.Style ||
			n.DataAtom == atom.Select || n.DataAtom == atom.Textarea):
			return
		case n.Type == html.ElementNode && n.DataAtom == atom.Img:
			b.WriteString(attribute(n, "alt") + " ")
		}
		for child := range n.ChildNodes() {
			walk(child)
		}
	}
	walk(n)
	return collapse(b.String())
}

func collapse(text string) string { return strings.Join(strings.Fields(text), " ") }
