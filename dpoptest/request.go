package dpoptest

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Request is a request as a server of a test saw and judged it.
type Request struct {
	Method string
	Path   string // without the query
	Status int    // of the answer
	// Challenged says that the answer asked for a nonce (RFC 9449 §8, §9), which is no
	// fault of the request.
	Challenged bool

	// What the proof holds, as far as it could be read: the thumbprint of its key (RFC
	// 7638), jti, htm, htu, nonce and ath. Empty is what it has not.
	Thumbprint, ID, HTM, HTU, Nonce, ATH string

	// Problems are what is wrong with the request, none if it is sound: the name of the check that
	// refused it, such as ath, htu or replay, and the reason. The text holds what its sender
	// wrote; it is fit for a terminal.
	Problems []string
}

// String tells of the request in a few lines, without its secrets.
func (r Request) String() string {
	text := fmt.Sprintf("%s %s was answered %d", visible.Text(r.Method), visible.Text(wire.Brief(r.Path)), r.Status)
	for _, p := range r.Problems {
		text += "\n" + p
	}
	return text
}

// refusedBy is the fact by which embedded servers name the check that refused a request.
const refusedBy = "refused-by"

// judged reads an exchange. moved says that the clock was moved by the test.
func judged(e wire.Exchange, moved bool) Request {
	r := Request{Method: e.Method, Path: e.Path(), Status: e.Status}
	r.read(e.Fields.Values("DPoP"))
	if _, scripted := e.Fact("scripted"); scripted {
		return r
	}
	check, refused := e.Fact(refusedBy)
	reason, _ := e.Fact("refusal")
	switch {
	case check == "nonce":
		r.Challenged = true
		return r
	case moved && (check == "iat" || check == "lifetime"):
		return r
	case !refused && e.Status < http.StatusBadRequest:
		return r
	}
	if reason == "" {
		reason = explained(e)
	}
	if check == "" {
		check = "refused"
	}
	if check == "refused" && moved && expired(e) {
		return r
	}
	r.Problems = append(r.Problems, visible.Text(check+": "+reason))
	return r
}

// expired reports whether a token was refused, which a moved clock may have made too old.
func expired(e wire.Exchange) bool {
	code, _ := e.Fact("refused")
	return code == dpop.InvalidToken
}

// explained is the server's own reason, in the JSON of its answer.
func explained(e wire.Exchange) string {
	if answer, err := dpop.ParseObject(e.Reply); err == nil {
		if text, err := answer.Text("error_description"); err == nil && text != "" {
			return text
		}
		if text, err := answer.Text("error"); err == nil {
			return text
		}
	}
	if len(e.Fields.Values("Authorization")) == 0 && e.Status == http.StatusUnauthorized {
		return "it carries no access token"
	}
	return fmt.Sprintf("status %d", e.Status)
}

// read takes the proof of a request apart, whatever it is worth.
func (r *Request) read(lines []string) {
	if len(lines) != 1 {
		return
	}
	header, payload, _, err := dpop.SplitCompact(lines[0], dpop.DecodeSegment)
	if err != nil {
		return
	}
	if h, err := dpop.ParseObject(header); err == nil {
		if value, found := h.Get("jwk"); found {
			if jwk, err := dpop.ParseObject(value); err == nil {
				r.Thumbprint, _ = dpop.Thumbprint(jwk)
			}
		}
	}
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		return
	}
	for name, to := range map[string]*string{"jti": &r.ID, "htm": &r.HTM, "htu": &r.HTU, "nonce": &r.Nonce, "ath": &r.ATH} {
		*to, _ = claims.Text(name)
	}
}

func isReplay(problem string) bool { return strings.HasPrefix(problem, "replay: ") }

// published reports whether a path holds metadata or keys, which need no proof.
func published(path string) bool {
	return strings.HasPrefix(path, "/.well-known/") || path == "/jwks"
}
