package runner

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/recent"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// Judge judges what a client sends by itself, request by request, as it stood on the
// wire: no scenario says what has to come.
type Judge struct {
	profile  features.Profile
	finder   *features.Catalogue
	redactor *reports.Redactor

	mu     sync.Mutex // held while a request is judged and told of
	judged func(Watched)
	scheme map[string]string // of the servers, by name
	seen   *recent.IDs       // jti of the proofs
	number int
}

// A jti must not come twice while a proof is valid (RFC 9449 §4.2). One that is used
// always is found however seldom requests come: what happens by hand has room.
const (
	jtiTime = 2 * time.Minute
	jtiRoom = 1 << 16
)

// newJudge returns a judge by the requirements of RFC 9449.
func newJudge() (*Judge, error) {
	catalogue, err := features.Load()
	if err != nil {
		return nil, err
	}
	profile, err := features.FindProfile("")
	if err != nil {
		return nil, err
	}
	return &Judge{
		profile: profile, finder: catalogue, scheme: map[string]string{},
		redactor: reports.NewRedactor(), seen: recent.NewIDs(jtiTime, jtiRoom),
	}, nil
}

// tell has told called for each request once it is answered, one at a time, with
// secrets masked. It is called before the first request comes.
func (j *Judge) tell(told func(Watched)) { j.judged = told }

// listening completes the options of a server so that its requests are judged.
func (j *Judge) listening(o wire.Options) wire.Options {
	o.Ended = j.judge
	return o
}

// knows is told of a server that listens by such options, before its first request.
func (j *Judge) knows(s *wire.Server) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.scheme[s.Name], _, _ = strings.Cut(s.URL, ":")
}

// clientRows are the requirements on a client behind the checks of a proof.
var clientRows = map[string]string{
	"field": "RFC9449-4.1-02", "size": "RFC9449-4.2-17",
	"form": "RFC9449-4.2-17", "objects": "RFC9449-4.2-17", "crit": "RFC9449-4.2-17", "signature": "RFC9449-4.2-17",
	"typ": "RFC9449-4.2-01", "alg": "RFC9449-4.2-02", "alg-key": "RFC9449-4.2-02",
	"jwk": "RFC9449-4.2-04", "key": "RFC9449-4.2-04", "key-use": "RFC9449-4.2-04", "private-key": "RFC9449-4.2-05",
	"jti": "RFC9449-4.2-06", "htm": "RFC9449-4.2-08", "htu": "RFC9449-4.2-09",
	"iat": "RFC9449-4.2-11", "lifetime": "RFC9449-4.2-11", "ath": "RFC9449-4.2-13",
}

// judge turns an exchange into a case: what the client did, read from the wire.
func (j *Judge) judge(e wire.Exchange) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.number++
	shown := []world.Shown{{Title: "request", Exchange: &e}}
	c := reports.Case{
		ID:      fmt.Sprintf("serve/%d", j.number),
		Feature: "serve", FeatureName: "Requests of a client driven by hand",
		Scenario: e.Method + " " + wire.Brief(e.Path()) + " at the " + e.Server, Subject: target.ClientRole.Name(),
		Verdict: reports.Skipped, Extra: true, Reason: "it carries no proof: nothing was to be judged",
		Actual:    fmt.Sprintf("status %d", e.Status),
		Exchanges: exchanges(shown), Secrets: cameBy(shown),
	}
	lines := e.Fields.Values("DPoP")
	if faults := j.faults(e, lines); len(faults) > 0 {
		c.Verdict, c.Reason, c.Extra = reports.Failed, "", false
		c.Expected = "a sound proof"
		c.Actual = ""
		for _, f := range faults {
			c.Actual += mask.Head(f.Text, maxShown) + "; "
			if r, found := j.finder.Find(f.Requirement); found {
				c.Requirements = append(c.Requirements, reportRequirement(r, j.profile))
			}
		}
		c.Actual = strings.TrimSuffix(c.Actual, "; ")
	} else if len(lines) > 0 {
		c.Verdict, c.Reason, c.Extra, c.Expected = reports.Passed, "", false, "a sound proof"
		c.Actual = fmt.Sprintf("a sound proof; status %d", e.Status)
	}
	// What is kept is masked at once: then no token has to be kept for it.
	if c = j.redactor.Case(c); j.judged != nil {
		j.judged(watch(c, &e))
	}
}

// Fault is what is wrong with a request of a client.
type Fault struct {
	Check       string // the check of RFC 9449 §4.3 that found it, or its like
	Requirement string // the id of the requirement that is broken
	Text        string // it may hold the sender's words
}

func (j *Judge) faults(e wire.Exchange, lines []string) []Fault {
	if check, _ := e.Fact("refused-by"); check == "downgrade" {
		return []Fault{{check, "RFC9449-7-01", "a bound access token was sent with the Bearer scheme"}}
	}
	if len(lines) == 0 {
		return nil
	}
	proof, faults := Unsound(e, j.scheme[e.Server]+"://"+e.Host)
	if proof.ID != "" && j.seen.Use(proof.ID, time.Now()) {
		faults = append(faults, Fault{"replay", "RFC9449-4-01", "the jti was used before"})
	}
	return faults
}

// Unsound judges the proof of a request that came to a server of that origin by what
// stands in the request alone: neither nonces nor other proofs nor the binding of the
// token are looked at (RFC 9449 §4.2, §4.3).
func Unsound(e wire.Exchange, origin string) (proof *dpop.Proof, faults []Fault) {
	verifier := dpop.NewVerifier(func() time.Time { return e.At })
	verifier.Algorithms = dpop.AlgorithmNames()
	request := dpop.Request{
		Method: e.Method, TargetURI: dpop.TargetURI(origin, e.Target), Fields: e.Fields.Values("DPoP"),
	}
	if authorization, ok := e.Fields.One("Authorization"); ok {
		if credentials, err := dpop.ParseCredentials(authorization); err == nil && credentials.Is(dpop.Scheme) {
			request.AccessToken = credentials.Token
		}
	}
	proof, findings := verifier.Examine(request, "replay", "nonce", "binding")
	for _, f := range findings {
		if f.Problem != "" {
			faults = append(faults, Fault{f.Check, clientRows[f.Check], f.Problem})
		}
	}
	if strings.ContainsAny(proof.URI, "?#") {
		faults = append(faults, Fault{"htu", "RFC9449-4.2-10", "htu has a query or a fragment"})
	}
	return proof, faults
}
