// Package reports holds the result of a run as a plain value and writes it:
// to the terminal, and as JUnit, JSON, HTML, SARIF, Markdown and annotations.
//
// Every writer takes a [Redacted], and only a [Redactor] makes one, so that
// nothing secret can reach an output by oversight.
package reports

import "time"

// Run is the result of one run: who was tested, what was tried, what came of it.
type Run struct {
	Tool    string // name of the product, "dpopspec"
	Version string
	Host    string // name of the machine that ran it; may be empty
	Build   string // the run of the CI system that it was a job of, "GitLab CI 4711"; may be empty

	Started     time.Time
	Duration    time.Duration
	Profile     string     // the profile whose verdicts and parameters applied
	Revision    string     // of the text that the profile reads; empty if it is not known
	Set         Set        // the requirements and built-in scenarios that were known
	Strict      bool       // a warning counts as a failure
	Interrupted bool       // the run was cut short; cases are missing
	Cut         string     // by what it was cut short, where that is not said in SetUp; may be empty
	Selection   *Selection // what was chosen of the plan; nil if the plan was run whole
	Level       string     // how much of the plan was tried: quick, standard or full
	Requests    int        // sent to real parties, in all
	Rounds      int        // how often the plan was run; 0 or 1: once
	SetUp       []Problem  // what is wrong with the set-up: found before the first case, and no verdict on a party

	Target       []Party
	Cases        []Case
	Unlisted     Summary // cases that were judged and are not among Cases, in a run that goes on for long
	Measurements []Measurement
	NotRun       []NotRun      // cases left out by the plan
	Catalogue    []Requirement // every requirement in play, for the matrix; may be empty
}

// Set names the requirements and built-in scenarios of a build: two runs of one set ask the
// same things. The zero value: it is not known.
type Set struct {
	Version string // "2026-11.1"
	Digest  string // "sha256:…" of what it says
}

// Problem is something that is wrong with the set-up of a run, such as a client
// secret: what depends on it could not be tested, and nothing is said of the party.
type Problem struct {
	Name   string `json:"name"`   // of the problem, which the cases that it blocks give: "client svc"
	What   string `json:"what"`   // what does not work: "the client svc gets no token at the token endpoint by client_secret_basic"
	Answer string `json:"answer"` // what came instead: "401, error invalid_client"
	Key    string `json:"key"`    // the key of the configuration to look at: "authorization_server.clients"
	Remedy string `json:"remedy"` // what to do about it, in a sentence
}

// Selection is what a run chose of the cases that its plan has for the subjects
// under the profile. Of a target, only a whole plan says that it conforms.
type Selection struct {
	How    string // as it was chosen: "--id RFC9449-4.3-43"
	Of     int    // cases of the plan
	Shard  int    // the part of the plan that was run, 1 to Shards; 0 if it was not cut so
	Shards int
	Cases  int      // of all shards together
	Plan   string   // the same for all shards of one run: what stands for their cases
	Lost   []string // what is missing of a merged run: "3/8" is a shard, "2 cases of 1/8" were cut off
}

// Party is one of the three parties of the target.
type Party struct {
	Role  string // "authorization server", "API" or "client"
	Name  string
	Kind  string // "embedded" or "real"
	Where string // URL or command

	Capabilities []Capability // of a real party
}

// Capability is something that a real party can do.
type Capability struct {
	Name, Value string
	How         string // declared in metadata, given in the configuration, or seen in an answer
}

// Requirement is an entry of the catalogue as it stands under the run's profile.
type Requirement struct {
	ID      string   // stable: RFC9449-4.3-43
	Section string   // section of the specification or of the document
	Level   string   // the specification's own word: MUST, SHOULD, implied …
	Verdict string   // what a violation is worth: fail, warn or info
	Binds   []string // as, rs, client
	Text    string   // what must hold
	Why     string   // what goes wrong if it does not
	Remedy  string   // what to do about it
}

// Case is one run of one scenario, or of one row of its examples, at one endpoint.
type Case struct {
	ID          string // stable name of the case
	Feature     string // path of the feature file, with slashes
	FeatureName string
	Line        int
	Scenario    string // the claim: "A proof for another method is refused"
	Row         string // the row of the examples; empty without examples
	Endpoint    string // token, par, userinfo, api …; empty if it makes no difference
	Operation   string // of an API, where the case is a probe at one: the beginning of its id
	Subject     string // the party under test

	Requirements []Requirement
	Verdict      Verdict
	Reason       string // why it ended so; always set for skipped and inconclusive
	Duration     time.Duration
	Requests     int    // sent to real parties for it
	Rounds       int    // of a run that repeats its plan: how often the case was run; 0 or 1: once
	Broke        int    // of those rounds: in how many it broke a requirement
	Blocked      string // name of the problem of the set-up for which it could not be tested; empty: none
	Kind         string // of the reason, without its particulars: other cases ended so too
	Key          string // of the configuration, or flag, that would let a skipped case run; empty: none
	Extra        bool   // no case of the plan: a finding of several, or a known deviation that is gone
	Rare         bool   // it is skipped for want of what few have, and the party does not claim to
	Answer       Answer // how the party under test answered; the zero value: nothing was seen of that

	Expected, Actual string // recorded for passes too

	Steps     []Step
	Exchanges []Exchange
	// Secrets are tokens that the case came by. A Redactor masks them wherever
	// they stand in the case and takes them out; no report holds them.
	Secrets    []string
	Notes      []string
	Heard      []Heard // of servers that the harness started; of a case that did not pass
	Properties []Property
	// Measurements are the numbers that the case took. Reports show those of the
	// run, where they stand together.
	Measurements []Measurement
	Repeat       string // the command that repeats this case alone
}

// Step is one step of the scenario.
type Step struct {
	Keyword string // Given, When, Then …
	Text    string
	Line    int
	Status  string // passed, failed or skipped
}

// Exchange is a request and its response, each as its raw head and body. Those of a case
// stand in the order of time.
type Exchange struct {
	Title             string
	Request, Response string
	Proof             *Proof        // the DPoP proof of the request, decoded; nil without one
	URL               string        // where the request went; empty if it is not known
	Began             time.Time     // when it was sent, or came to an embedded server; zero if it is not known
	Took              time.Duration // until the answer was there
}

// Proof is a decoded DPoP proof.
type Proof struct {
	Header, Claims string // pretty JSON
	Problem        string // why it cannot be decoded; otherwise empty
}

// Heard is what a server that the harness started did while a case ran, beside answering.
type Heard struct {
	Party string // as a sentence names it: the API orders
	Text  string // the end of what it said on standard error; empty: nothing
	Ended string // how it ended, such as "it ended with exit code 2"; empty: it goes on
}

// Property is a named observation about a case.
type Property struct{ Name, Value string }

// Measurement is a number that a case took, such as the accepted age of a proof.
type Measurement struct {
	Name  string
	Value float64
	Unit  string // "s", "ms" …; empty for a count
	Case  string // id of the case that took it
}

// NotRun names a case that was not run, and why.
type NotRun struct {
	ID, Reason string
	Cut        bool // it was to be run, and the run ended before; else the plan left it out
}

// Title is the claim with its row and endpoint: what a reader calls the case.
func (c Case) Title() string {
	title := c.Scenario
	if title == "" {
		title = c.ID
	}
	if c.Row != "" {
		title += " (" + c.Row + ")"
	}
	if c.Endpoint != "" {
		title += " at " + c.Endpoint
	}
	return title
}

// requirementIDs are the ids of the requirements the case tests.
func (c Case) requirementIDs() []string {
	ids := make([]string, len(c.Requirements))
	for i, q := range c.Requirements {
		ids[i] = q.ID
	}
	return ids
}

// under names the profile, with the revision of the text that it reads.
func (r Run) under() string {
	if r.Revision == "" {
		return r.Profile
	}
	return r.Profile + " (" + r.Revision + ")"
}
