package reports

import (
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/internal/visible"
)

// sarifLog and the types behind it are the parts of SARIF 2.1.0 (OASIS) that are used.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	AutomationDetails struct {
		ID string `json:"id"`
	} `json:"automationDetails"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
	ColumnKind  string            `json:"columnKind"`

	Properties *sarifRunProperties `json:"properties,omitempty"`
}

type sarifRunProperties struct {
	Revision string `json:"revision,omitempty"` // of the text that the profile reads
	Set      string `json:"requirementSet,omitempty"`
	Digest   string `json:"requirementSetDigest,omitempty"`
	Level    string `json:"level,omitempty"`
	Requests int    `json:"requests,omitempty"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version,omitempty"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string       `json:"id"`
	ShortDescription sarifText    `json:"shortDescription"`
	FullDescription  *sarifText   `json:"fullDescription,omitempty"`
	Help             *sarifText   `json:"help,omitempty"`
	Configuration    sarifDefault `json:"defaultConfiguration"`
	Properties       sarifTags    `json:"properties"`
}

type sarifDefault struct {
	Level string `json:"level"`
}

type sarifTags struct {
	Tags    []string `json:"tags"`
	Section string   `json:"section,omitempty"`
	Level   string   `json:"level,omitempty"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifInvocation struct {
	ExecutionSuccessful bool                `json:"executionSuccessful"`
	ExitCode            int                 `json:"exitCode"`
	StartTime           string              `json:"startTimeUtc"`
	EndTime             string              `json:"endTimeUtc"`
	Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations,omitempty"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Related      []sarifLocation    `json:"relatedLocations,omitempty"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	Properties   map[string]any     `json:"properties,omitempty"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

type sarifLocation struct {
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	Message  *sarifText     `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact struct {
		URI string `json:"uri"`
	} `json:"artifactLocation"`
	Region *sarifRegion `json:"region,omitempty"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

type sarifLogical struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// ruleOfScenarios is the rule of cases that name no requirement: people's own features.
const ruleOfScenarios = "scenario"

// WriteSARIF writes what is broken as SARIF 2.1.0. The rules are the
// requirements. Each cause is a result, under the first requirement of its example
// and at that place; its cases and requirements stand in its properties, and the
// places of the others are related. Known deviations are results with a
// suppression; errors, and what is wrong with the set-up, are notifications of the
// tool.
func WriteSARIF(w io.Writer, redacted Redacted) error {
	encoder := json.NewEncoder(visible.NewJSONWriter(w))
	encoder.SetIndent("", "  ")
	return encoder.Encode(sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{sarifRunOf(&redacted.run)},
	})
}

func sarifRunOf(run *Run) sarifRun {
	rules := definitions(*run).order
	index := map[string]int{}
	out := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	out.AutomationDetails.ID = "dpop/" + run.Profile + "/"
	properties := sarifRunProperties{run.Revision, run.Set.Version, run.Set.Digest, run.Level, run.Requests}
	if properties != (sarifRunProperties{}) {
		out.Properties = &properties
	}
	driver := sarifDriver{
		Name: firstOf(run.Tool, "dpopspec"), Version: run.Version,
		InformationURI: "https://github.com/dpopspec/dpopspec", Rules: []sarifRule{},
	}
	for _, q := range rules {
		index[q.ID] = len(driver.Rules)
		driver.Rules = append(driver.Rules, sarifRuleOf(q))
	}
	for _, c := range run.Causes() {
		level, ok := sarifLevel(c.Example(), run.Strict)
		if !ok {
			continue
		}
		id := firstOf(append(c.Requirements, ruleOfScenarios)...)
		if _, ok := index[id]; !ok {
			index[id] = len(driver.Rules)
			rule := sarifRuleOf(Requirement{ID: id, Text: "A scenario holds", Verdict: "fail"})
			driver.Rules = append(driver.Rules, rule)
		}
		out.Results = append(out.Results, sarifResultOf(c, id, index[id], level))
	}
	out.Tool.Driver = driver
	out.Invocations = []sarifInvocation{sarifInvocationOf(run)}
	return out
}

// sarifLevel is the level of a deviation; false for a case that is none.
func sarifLevel(c Case, strict bool) (string, bool) {
	switch {
	case c.Fails(strict), c.Verdict == Known:
		return "error", true
	case c.Verdict == Warned:
		return "warning", true
	case c.Verdict == Noted:
		return "note", true
	}
	return "", false
}

func sarifRuleOf(q Requirement) sarifRule {
	rule := sarifRule{
		ID: q.ID, ShortDescription: sarifText{firstOf(visible.Text(q.Text), q.ID)},
		Configuration: sarifDefault{map[string]string{"fail": "error", "warn": "warning"}[q.Verdict]},
		Properties: sarifTags{
			Tags: append([]string{"security", "dpop"}, q.Binds...), Section: q.Section, Level: q.Level,
		},
	}
	if rule.Configuration.Level == "" {
		rule.Configuration.Level = "note"
	}
	if q.Why != "" {
		rule.FullDescription = &sarifText{visible.Text(q.Why)}
	}
	if help := strings.TrimSpace(q.Why + "\n\n" + q.Remedy); help != "" {
		rule.Help = &sarifText{visible.Text(help)}
	}
	return rule
}

func sarifPlace(c Case) sarifLocation {
	name := firstOf(oneLine(c.Endpoint), oneLine(c.Subject), "target")
	place := sarifLocation{Logical: []sarifLogical{{name, "resource"}}}
	if c.Feature != "" {
		place.Physical = &sarifPhysical{}
		place.Physical.Artifact.URI = (&url.URL{Path: c.Feature}).EscapedPath()
		if c.Line > 0 {
			place.Physical.Region = &sarifRegion{c.Line}
		}
	}
	return place
}

func sarifInvocationOf(run *Run) sarifInvocation {
	code := run.ExitCode()
	invocation := sarifInvocation{
		ExecutionSuccessful: code != ExitCouldNotTest, ExitCode: code,
		StartTime: run.Started.UTC().Format(time.RFC3339),
		EndTime:   run.Started.Add(run.Duration).UTC().Format(time.RFC3339),
	}
	for _, p := range run.SetUp {
		text := oneLine(clip(p.What, titleWidth) + ": " + problemText(run, p))
		invocation.Notifications = append(invocation.Notifications, sarifNotification{"error", sarifText{text}, nil})
	}
	for _, cause := range run.Causes() {
		if c := cause.Example(); c.Verdict == Errored {
			text := oneLine(c.Title() + ": " + headline(c))
			if n := len(cause.Cases) - 1; n > 0 {
				text += "; and " + tally(n, "more case")
			}
			invocation.Notifications = append(invocation.Notifications, sarifNotification{
				"error", sarifText{text}, []sarifLocation{sarifPlace(c)},
			})
		}
	}
	return invocation
}
