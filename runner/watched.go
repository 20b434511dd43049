package runner

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
)

// Watched is a request that was judged, for somebody who watches: who sent it, and what
// its proof says. What stands in it is a stranger's.
type Watched struct {
	reports.Case // masked

	At         time.Time // by the clock of the server
	Status     int
	Client     string // client_id of the request or of its token; empty: none is named
	Thumbprint string // of the key in the proof (RFC 7638); empty: there is none
	Bound      string // cnf.jkt of the access token; empty: it has none, or cannot be read

	// Header and Claims of the proof, in members as they came; nil: it cannot be read.
	Header, Claims []Member
}

// Member is a member of a JSON object. Value is JSON.
type Member struct{ Name, Value string }

// watch adds to a case what a watcher wants to know.
func watch(c reports.Case, e *wire.Exchange) Watched {
	w := Watched{Case: c, At: e.At, Status: e.Status, Client: clientOf(e)}
	if lines := e.Fields.Values("DPoP"); len(lines) == 1 {
		if header, payload, _, err := dpop.SplitCompact(lines[0], dpop.DecodeSegment); err == nil {
			h, _ := dpop.ParseObject(header)
			claims, _ := dpop.ParseObject(payload)
			w.Header, w.Claims = members(h), members(claims)
			if value, found := h.Get("jwk"); found {
				if jwk, err := dpop.ParseObject(value); err == nil {
					w.Thumbprint, _ = dpop.Thumbprint(jwk)
				}
			}
		}
	}
	if claims, err := tokenClaims(e); err == nil {
		if value, found := claims.Get("cnf"); found {
			if cnf, err := dpop.ParseObject(value); err == nil {
				w.Bound, _ = cnf.Text("jkt")
			}
		}
	}
	return w
}

// mostMembers is how many members of a proof are shown.
const mostMembers = 40

func members(o dpop.Object) []Member {
	var list []Member
	for _, m := range o {
		if len(list) == mostMembers {
			break
		}
		value := json.RawMessage(m.Value)
		if key, err := dpop.ParseObject(value); m.Name == "jwk" && err == nil && key.Has("d") {
			value = json.RawMessage(strconv.Quote("a private key"))
		}
		list = append(list, Member{m.Name, string(value)})
	}
	return list
}

// clientOf is the client that a request or its access token names.
func clientOf(e *wire.Exchange) string {
	if field, one := e.Fields.One("Authorization"); one {
		asked := http.Request{Header: http.Header{"Authorization": {field}}}
		if user, _, basic := asked.BasicAuth(); basic {
			return user
		}
	}
	if form, err := url.ParseQuery(string(e.Body)); err == nil && form.Get("client_id") != "" {
		return form.Get("client_id")
	}
	if claims, err := tokenClaims(e); err == nil {
		id, _ := claims.Text("client_id")
		return id
	}
	return ""
}

// tokenClaims are those of the access token that came with a request, unverified.
func tokenClaims(e *wire.Exchange) (dpop.Object, error) {
	field, _ := e.Fields.One("Authorization")
	credentials, err := dpop.ParseCredentials(field)
	if err != nil {
		return nil, err
	}
	_, payload, _, err := dpop.SplitCompact(credentials.Token, dpop.DecodeSegment)
	if err != nil {
		return nil, err
	}
	return dpop.ParseObject(payload)
}
