package dpoptest

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/runner"
)

// Request is a request as a server of a test saw and judged it.
type Request struct {
	Method string
	Path   string // without the query
	Status int    // of the answer
	// Challenged says that the answer asked for a nonce (RFC 9449 §8, §9), which is no
	// fault of the request.
	Challenged bool
	// Proven says that it carried a proof, of whatever worth.
	Proven bool

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

// judged reads an exchange of a server. moved says that the clock was moved by the test.
func judged(e wire.Exchange, origin string, moved bool) Request {
	r := Request{Method: e.Method, Path: e.Path(), Status: e.Status}
	r.Proven = len(e.Fields.Values("DPoP")) > 0
	r.read(e.Fields.Values("DPoP"))
	check, refused := e.Fact(refusedBy)
	// Whatever was answered, a proof is looked at: a server that was told what to answer
	// has not, and one that asks for a nonce may not have come to the rest.
	if _, scripted := e.Fact("scripted"); scripted || check == "nonce" || !refused {
		if r.Proven {
			_, faults := runner.Unsound(e, origin)
			for _, f := range faults {
				if !moved || f.Check != "iat" && f.Check != "lifetime" {
					r.Problems = append(r.Problems, visible.Text(f.Check+": "+f.Text+" ("+f.Requirement+")"))
				}
			}
		}
		if scripted {
			return r
		}
	}
	reason, _ := e.Fact("refusal")
	switch {
	case check == "nonce":
		r.Challenged = true
		return r
	case moved && (check == "iat" || check == "lifetime"):
		return r
	case !refused && e.Status < http.StatusBadRequest:
		return r
	case len(e.Fields.Values("Authorization")) == 0 && len(e.Fields.Values("DPoP")) == 0 && e.Status == http.StatusUnauthorized:
		return r // a client may well ask first who issues the tokens (RFC 9728 §5.1)
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

// expired reports whether a token was refused whose time is over, by the clock that the
// test has moved.
func expired(e wire.Exchange) bool {
	if code, _ := e.Fact("refused"); code != dpop.InvalidToken {
		return false
	}
	field, _ := e.Fields.One("Authorization")
	credentials, err := dpop.ParseCredentials(field)
	if err != nil {
		return false
	}
	_, payload, _, err := dpop.SplitCompact(credentials.Token, dpop.DecodeSegment)
	if err != nil {
		return false
	}
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		return false
	}
	exp, err := claims.Number("exp")
	return err == nil && float64(e.At.Unix()) >= exp
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
		return "it carries a proof, and no access token"
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

// published reports whether a path of a server holds metadata or keys, which need no proof.
func published(server, path string) bool {
	if server == nameAPI {
		return strings.HasPrefix(path, mockrs.MetadataPath)
	}
	return strings.HasPrefix(path, "/.well-known/") || path == mockas.PathJWKS
}
