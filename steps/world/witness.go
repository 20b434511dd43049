package world

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// witness keeps for the whole run what an exchange with a real server shows,
// whatever the case is about.
type witness struct {
	Case    string // id of the case; empty where something is only found out
	session *target.Session
}

// saw keeps an exchange.
func (w *witness) saw(title string, e *wire.Exchange, err error) {
	kind, known := w.kindOf(title, e)
	if !known {
		return
	}
	evidence := &w.session.Evidence
	evidence.Requested(target.Request{
		Kind: kind, Origin: OriginOf(e.URL), Exchange: e, Broke: broke(e, err), Case: w.Case,
	})
	if what := reflected(e); what != "" {
		evidence.Reflected(target.Reflection{Place: kind.Place, Title: title, What: what, Example: e}, w.Case)
	}
}

// told notes that the case has failed for an exchange: if the server broke down at
// it, that is said.
func (w *witness) told(title string, e *wire.Exchange) {
	if kind, known := w.kindOf(title, e); known {
		w.session.Evidence.Told(kind)
	}
}

// kindOf tells of which kind a request is; not known are those to a server that the
// configuration does not name.
func (w *witness) kindOf(title string, e *wire.Exchange) (kind target.Kind, known bool) {
	place, known := w.placeOf(e.URL)
	return target.Kind{Place: place, Method: e.Method, Title: title}, known
}

// placeOf tells which server of the configuration has a URL, and which endpoint it
// is: by name if it takes proofs, else by its path. Of APIs of one origin it is the one
// whose base fits best.
func (w *witness) placeOf(address string) (place target.Place, known bool) {
	at, err := url.Parse(address)
	if err != nil {
		return target.Place{}, false
	}
	m := w.session.Metadata
	place = target.Place{Role: target.AuthorizationServer, Endpoint: at.EscapedPath()}
	for own, name := range map[string]string{
		m.Token: features.TokenEndpoint, m.PAR: features.PAREndpoint, m.Userinfo: features.UserinfoEndpoint,
	} {
		if own != "" && withoutQuery(own) == withoutQuery(address) {
			place.Endpoint = name
			return place, true // whatever API has the same origin
		}
	}
	longest := -1
	for i, api := range w.session.APIs {
		if below(address, api.URL) && (longest < 0 || len(api.URL) > len(w.session.APIs[longest].URL)) {
			longest = i
		}
	}
	if longest >= 0 {
		place.Role = target.ResourceServer
		if api := w.session.APIs[longest]; withoutQuery(address) == withoutQuery(api.URL+api.Path) {
			place.Endpoint = features.API
		}
		return place, true
	}
	for _, own := range []string{m.Issuer, m.Token, m.PAR, m.Userinfo} {
		known = known || own != "" && OriginOf(own) == OriginOf(address)
	}
	return place, known
}

// below reports whether an address is that of a base or of what lies below it: the path
// /v1 has /v1/orders, and not /v10.
func below(address, base string) bool {
	at, err := url.Parse(address)
	root, wrong := url.Parse(base)
	if err != nil || wrong != nil || OriginOf(address) != OriginOf(base) {
		return false
	}
	rest, found := strings.CutPrefix(at.EscapedPath(), strings.TrimSuffix(root.EscapedPath(), "/"))
	return found && (rest == "" || rest[0] == '/')
}

func withoutQuery(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return address
}

// longHead is how long a request may be, without its body, for a server to have to
// read it to its end (RFC 9112 §3 recommends as much for the request line alone).
const longHead = 8000

// broke reports whether a server broke down at a request: by a server error, but
// for those that say that something is not supported (RFC 9110 §15.6.2, §15.6.6),
// or by hanging up, unless on a request that is too long for it.
func broke(e *wire.Exchange, err error) bool {
	if e.Status >= 500 {
		return e.Status != http.StatusNotImplemented && e.Status != http.StatusHTTPVersionNotSupported
	}
	var broken *wire.Broken
	length := len(e.Method) + len(e.Target)
	for _, f := range e.Fields {
		length += len(f.Name) + len(f.Value)
	}
	return errors.As(err, &broken) && length <= longHead
}

// reflected tells what has become of a text of ours that an answer passes on
// unescaped; nothing if none does.
func reflected(e *wire.Exchange) string {
	const inValue = "\n" + forge.InjectedField + ": " + forge.InjectedValue // a line, if a server writes it so
	for _, f := range e.Answer {
		line := strings.EqualFold(f.Name, forge.InjectedField) && strings.HasPrefix(f.Value, forge.InjectedValue)
		if line || strings.Contains(f.Value, inValue) {
			return fmt.Sprintf("a field line %s: %s", forge.InjectedField, forge.InjectedValue)
		}
		if strings.Contains(f.Value, forge.InjectedParameter) { // the quotation mark is not escaped
			return fmt.Sprintf("a parameter of our own in the field %s", f.Name)
		}
	}
	kind, _ := e.Answer.One("Content-Type")
	page := strings.Contains(strings.ToLower(kind), "html")
	if page && bytes.Contains(e.Reply, []byte(forge.InjectedMarkup)) {
		return "markup in a page, " + forge.InjectedMarkup
	}
	return ""
}
