package reports

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"time"

	"github.com/dpopspec/dpopspec/internal/plaintext"
	"github.com/dpopspec/dpopspec/internal/visible"
)

// Schema is the JSON Schema (2020-12) of the document that WriteJSON writes.
//
//go:embed run.schema.json
var Schema []byte

// document is the run as JSON. The shape is published and only grows.
type document struct {
	Verdict      Conformance       `json:"verdict"`
	ExitCode     int               `json:"exit_code"`
	Tool         string            `json:"tool"`
	Version      string            `json:"version"`
	Host         string            `json:"host,omitempty"`
	Build        string            `json:"build,omitempty"`
	Started      time.Time         `json:"started"`
	Seconds      float64           `json:"seconds"`
	Profile      string            `json:"profile"`
	Revision     string            `json:"revision,omitempty"`
	Set          *jsonSet          `json:"requirement_set,omitempty"`
	Strict       bool              `json:"strict"`
	Interrupted  bool              `json:"interrupted"`
	Cut          string            `json:"cut,omitempty"`
	Selection    *jsonSelection    `json:"selection,omitempty"`
	Level        string            `json:"level,omitempty"`
	Requests     int               `json:"requests"`
	Rounds       int               `json:"rounds,omitempty"`
	SetUp        []jsonProblem     `json:"set_up,omitempty"`
	StepsFirst   []jsonAdvice      `json:"steps_first"`
	Target       []jsonParty       `json:"target"`
	Summary      Summary           `json:"summary"`
	Unlisted     *Summary          `json:"unlisted,omitempty"`
	Untested     []jsonGap         `json:"untested"`
	Causes       []jsonCause       `json:"causes"`
	Cases        []jsonCase        `json:"cases"`
	Requirements []jsonRequirement `json:"requirements"`
	Measurements []jsonMeasurement `json:"measurements"`
	NotRun       []jsonNotRun      `json:"not_run"`
	Catalogued   int               `json:"catalogued"` // the first so many requirements are the catalogue
}

// jsonSet names the requirements and built-in scenarios that were known.
type jsonSet struct {
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

// jsonSelection is there where a run was not of a whole plan.
type jsonSelection struct {
	How    string   `json:"how"`
	Of     int      `json:"of"`
	Shard  int      `json:"shard,omitempty"`
	Shards int      `json:"shards,omitempty"`
	Cases  int      `json:"cases,omitempty"`
	Plan   string   `json:"plan,omitempty"`
	Lost   []string `json:"lost,omitempty"`
}

type jsonParty struct {
	Role  string `json:"role"`
	Name  string `json:"name"`
	Kind  string `json:"kind"`
	Where string `json:"where"`

	Capabilities []jsonCapability `json:"capabilities,omitempty"`
}

type jsonCapability struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	How   string `json:"how"`
}

func jsonPartyOf(p Party) jsonParty {
	capabilities := some(p.Capabilities, func(c Capability) jsonCapability { return jsonCapability(c) })
	return jsonParty{p.Role, p.Name, p.Kind, p.Where, capabilities}
}

func (j jsonParty) party() Party {
	capabilities := some(j.Capabilities, func(c jsonCapability) Capability { return Capability(c) })
	return Party{j.Role, j.Name, j.Kind, j.Where, capabilities}
}

type jsonGap struct {
	Requirement string   `json:"requirement"`    // empty for a case of one's own
	Case        string   `json:"case,omitempty"` // its id
	Endpoint    string   `json:"endpoint,omitempty"`
	Verdict     Verdict  `json:"verdict"`
	Reasons     []string `json:"reasons"`
}

type jsonRequirement struct {
	ID      string   `json:"id"`
	Section string   `json:"section"`
	Level   string   `json:"level"`
	Verdict string   `json:"verdict"`
	Binds   []string `json:"binds,omitempty"`
	Text    string   `json:"text"`
	Why     string   `json:"why,omitempty"`
	Remedy  string   `json:"remedy,omitempty"`
}

type jsonCase struct {
	ID           string            `json:"id"`
	Feature      string            `json:"feature"`
	FeatureName  string            `json:"feature_name"`
	Line         int               `json:"line"`
	Scenario     string            `json:"scenario"`
	Row          string            `json:"row"`
	Endpoint     string            `json:"endpoint"`
	Operation    string            `json:"operation,omitempty"`
	Subject      string            `json:"subject"`
	Requirements []string          `json:"requirements"`
	AsJudged     []jsonRequirement `json:"as_judged,omitempty"` // those that this case judges otherwise than the run
	Verdict      Verdict           `json:"verdict"`
	Reason       string            `json:"reason"`
	Seconds      float64           `json:"seconds"`
	Requests     int               `json:"requests"`
	Rounds       int               `json:"rounds,omitempty"`
	Broke        int               `json:"broke,omitempty"`
	Expected     string            `json:"expected"`
	Actual       string            `json:"actual"`
	Steps        []jsonStep        `json:"steps"`
	Exchanges    []jsonExchange    `json:"exchanges"`
	Notes        []string          `json:"notes"`
	Heard        []jsonHeard       `json:"heard,omitempty"`
	Properties   []jsonProperty    `json:"properties"`
	Repeat       string            `json:"repeat"`
	Cause        string            `json:"cause,omitempty"`
	Kind         string            `json:"kind,omitempty"`
	Key          string            `json:"key,omitempty"`
	Extra        bool              `json:"extra,omitempty"`
	Rare         bool              `json:"rare,omitempty"`
	Blocked      string            `json:"blocked,omitempty"`
	Answer       *jsonAnswer       `json:"answer,omitempty"`
}

type jsonStep struct {
	Keyword string `json:"keyword"`
	Text    string `json:"text"`
	Line    int    `json:"line"`
	Status  string `json:"status"`
}

type jsonExchange struct {
	Title    string     `json:"title"`
	Request  string     `json:"request"`
	Response string     `json:"response"`
	Proof    *jsonProof `json:"proof,omitempty"`
	URL      string     `json:"url,omitempty"`
	Began    time.Time  `json:"began,omitzero"`
	Seconds  float64    `json:"seconds,omitempty"`
}

type jsonHeard struct {
	Party string `json:"party"`
	Text  string `json:"text,omitempty"`
	Ended string `json:"ended,omitempty"`
}

type jsonProof struct {
	Header  string `json:"header"`
	Claims  string `json:"claims"`
	Problem string `json:"problem"`
}

type jsonProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type jsonMeasurement struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Case  string  `json:"case"`
}

type jsonNotRun struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
	Cut    bool   `json:"cut,omitempty"` // it was to be run, and the run ended before
}

// WriteJSON writes the whole run as the document that [Schema] describes.
// [ReadJSON] makes the same run of it.
func WriteJSON(w io.Writer, redacted Redacted) error {
	encoder := json.NewEncoder(visible.NewJSONWriter(w))
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(documentOf(redacted.run))
}

// notAReport is the remedy of every error of ReadJSON.
const notAReport = "it must be a file written by --format json:FILE"

// ReadJSON reads a run that WriteJSON wrote, with or without a byte order mark. What
// was masked stays masked. What no run has written, an unknown verdict or less than no
// time, is an error.
func ReadJSON(r io.Reader) (Run, error) {
	wrong := func(err error) (Run, error) {
		return Run{}, fmt.Errorf("reading a JSON report: %w; %s", err, notAReport)
	}
	bytes, err := io.ReadAll(r)
	if err != nil {
		return wrong(err)
	}
	text, err := plaintext.Decode(bytes)
	if err != nil {
		return wrong(err)
	}
	var d document
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return wrong(err)
	}
	if d.Tool == "" && d.Verdict == "" {
		return wrong(errors.New("it has no verdict"))
	}
	if err := d.check(); err != nil {
		return wrong(err)
	}
	return d.run()
}

func documentOf(run Run) document {
	d := document{
		Verdict: run.Conformance(), ExitCode: run.ExitCode(), Tool: run.Tool, Version: run.Version, Host: run.Host, Build: run.Build,
		Started: run.Started, Seconds: run.Duration.Seconds(), Profile: run.Profile, Strict: run.Strict,
		Revision:    run.Revision,
		Interrupted: run.Interrupted, Cut: run.Cut, Selection: (*jsonSelection)(run.Selection), Summary: run.Summary(),
		Catalogued: len(run.Catalogue),
		Level:      run.Level, Requests: run.Requests, Rounds: run.Rounds,
	}
	if run.Set != (Set{}) {
		d.Set = (*jsonSet)(&run.Set)
	}
	d.SetUp = some(run.SetUp, func(p Problem) jsonProblem { return jsonProblem(p) })
	d.StepsFirst = list(run.StepsFirst(), func(a Advice) jsonAdvice { return jsonAdvice(a) })
	d.Causes = list(run.Causes(), jsonCauseOf)
	if run.Unlisted.Total > 0 {
		d.Unlisted = &run.Unlisted
	}
	d.Target = list(run.Target, jsonPartyOf)
	d.Measurements = list(run.Measurements, func(m Measurement) jsonMeasurement {
		if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) { // not numbers in JSON
			m.Value = 0
		}
		return jsonMeasurement(m)
	})
	d.NotRun = list(run.NotRun, func(n NotRun) jsonNotRun { return jsonNotRun(n) })
	d.Untested = list(run.Gaps(), func(g Gap) jsonGap {
		return jsonGap{g.Requirement.ID, g.Case, g.Endpoint, g.Verdict, list(g.Reasons, identity)}
	})
	known := definitions(run)
	d.Requirements = list(known.order, func(q Requirement) jsonRequirement { return jsonRequirement(q) })
	d.Cases = list(run.Cases, func(c Case) jsonCase { return jsonCaseOf(c, known.byID) })
	return d
}

func jsonCaseOf(c Case, known map[string]Requirement) jsonCase {
	j := jsonCase{
		ID: c.ID, Feature: c.Feature, FeatureName: c.FeatureName, Line: c.Line, Scenario: c.Scenario, Row: c.Row,
		Endpoint: c.Endpoint, Operation: c.Operation, Subject: c.Subject, Requirements: c.requirementIDs(), Verdict: c.Verdict,
		Reason: c.Reason, Seconds: c.Duration.Seconds(), Expected: c.Expected, Actual: c.Actual, Repeat: c.Repeat,
		Cause: c.Cause(), Kind: c.Kind, Key: c.Key, Extra: c.Extra, Rare: c.Rare, Blocked: c.Blocked,
		Requests: c.Requests, Answer: jsonAnswerOf(c.Answer),
		Rounds: c.Rounds, Broke: c.Broke,
	}
	for _, q := range c.Requirements {
		if !reflect.DeepEqual(q, known[q.ID]) {
			j.AsJudged = append(j.AsJudged, jsonRequirement(q))
		}
	}
	j.Steps = list(c.Steps, func(s Step) jsonStep { return jsonStep(s) })
	j.Exchanges = list(c.Exchanges, func(e Exchange) jsonExchange {
		return jsonExchange{e.Title, e.Request, e.Response, (*jsonProof)(e.Proof), e.URL, e.Began, e.Took.Seconds()}
	})
	j.Notes = list(c.Notes, identity)
	j.Heard = list(c.Heard, func(h Heard) jsonHeard { return jsonHeard(h) })
	j.Properties = list(c.Properties, func(p Property) jsonProperty { return jsonProperty(p) })
	return j
}

func (d document) run() (Run, error) {
	run := Run{
		Tool: d.Tool, Version: d.Version, Host: d.Host, Build: d.Build, Started: d.Started, Duration: duration(d.Seconds),
		Profile: d.Profile, Revision: d.Revision, Strict: d.Strict, Interrupted: d.Interrupted, Cut: d.Cut,
		Selection: (*Selection)(d.Selection), Level: d.Level, Requests: d.Requests, Rounds: d.Rounds,
	}
	if d.Unlisted != nil {
		if run.Unlisted = *d.Unlisted; !run.Unlisted.sound() {
			return Run{}, errors.New("reading a JSON report: the cases in unlisted do not add up to its total")
		}
	}
	if d.Set != nil {
		run.Set = Set(*d.Set)
	}
	run.SetUp = some(d.SetUp, func(p jsonProblem) Problem { return Problem(p) })
	run.Target = some(d.Target, jsonParty.party)
	run.Measurements = some(d.Measurements, func(m jsonMeasurement) Measurement { return Measurement(m) })
	run.NotRun = some(d.NotRun, func(n jsonNotRun) NotRun { return NotRun(n) })
	if d.Catalogued < 0 || d.Catalogued > len(d.Requirements) {
		return Run{}, fmt.Errorf("reading a JSON report: it claims %d requirements in the catalogue and has %d",
			d.Catalogued, len(d.Requirements))
	}
	known := map[string]Requirement{}
	for _, q := range d.Requirements {
		known[q.ID] = Requirement(q)
	}
	run.Catalogue = some(d.Requirements[:d.Catalogued], func(q jsonRequirement) Requirement { return Requirement(q) })
	for _, j := range d.Cases {
		c, err := j.asCase(known)
		if err != nil {
			return Run{}, err
		}
		run.Cases = append(run.Cases, c)
	}
	return run, nil
}

func (j jsonCase) asCase(known map[string]Requirement) (Case, error) {
	c := Case{
		ID: j.ID, Feature: j.Feature, FeatureName: j.FeatureName, Line: j.Line, Scenario: j.Scenario, Row: j.Row,
		Endpoint: j.Endpoint, Operation: j.Operation, Subject: j.Subject, Verdict: j.Verdict, Reason: j.Reason, Duration: duration(j.Seconds),
		Expected: j.Expected, Actual: j.Actual, Repeat: j.Repeat,
		Kind: j.Kind, Key: j.Key, Extra: j.Extra, Rare: j.Rare, Blocked: j.Blocked, Requests: j.Requests,
		Answer: j.Answer.answer(),
		Rounds: j.Rounds, Broke: j.Broke,
	}
	judged := map[string]Requirement{}
	for _, q := range j.AsJudged {
		judged[q.ID] = Requirement(q)
	}
	for _, id := range j.Requirements {
		q, ok := judged[id]
		if !ok {
			q, ok = known[id]
		}
		if !ok {
			return Case{}, fmt.Errorf("reading a JSON report: case %s tests requirement %s, "+
				"which the report does not define", j.ID, id)
		}
		c.Requirements = append(c.Requirements, q)
	}
	c.Steps = some(j.Steps, func(s jsonStep) Step { return Step(s) })
	c.Exchanges = some(j.Exchanges, func(e jsonExchange) Exchange {
		return Exchange{e.Title, e.Request, e.Response, (*Proof)(e.Proof), e.URL, e.Began, duration(e.Seconds)}
	})
	c.Notes = some(j.Notes, identity)
	c.Heard = some(j.Heard, func(h jsonHeard) Heard { return Heard(h) })
	c.Properties = some(j.Properties, func(p jsonProperty) Property { return Property(p) })
	return c, nil
}

// defined is the requirements that a run knows: its catalogue, then those that only cases name.
type defined struct {
	order []Requirement
	byID  map[string]Requirement
}

func definitions(run Run) defined {
	d := defined{order: append([]Requirement(nil), run.Catalogue...), byID: map[string]Requirement{}}
	for _, q := range run.Catalogue {
		d.byID[q.ID] = q
	}
	for _, c := range run.Cases {
		for _, q := range c.Requirements {
			if _, ok := d.byID[q.ID]; !ok {
				d.byID[q.ID] = q
				d.order = append(d.order, q)
			}
		}
	}
	return d
}

func duration(seconds float64) time.Duration {
	return time.Duration(math.Round(seconds * float64(time.Second)))
}
