package reports

import (
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"time"
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
	Locations []sarifLocation `json:"locations"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	Properties   map[string]string  `json:"properties,omitempty"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

type sarifLocation struct {
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
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
// requirements; a case that breaks several gives a result for each. Known
// deviations are results with a suppression; errors are notifications of the tool.
func WriteSARIF(w io.Writer, redacted Redacted) error {
	encoder := json.NewEncoder(w)
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
	driver := sarifDriver{
		Name: firstOf(run.Tool, "dpopspec"), Version: run.Version,
		InformationURI: "https://github.com/dpopspec/dpopspec", Rules: []sarifRule{},
	}
	for _, q := range rules {
		index[q.ID] = len(driver.Rules)
		driver.Rules = append(driver.Rules, sarifRuleOf(q))
	}
	for _, c := range run.Cases {
		level, ok := sarifLevel(c, run.Strict)
		if !ok {
			continue
		}
		ids := c.requirementIDs()
		if len(ids) == 0 {
			ids = []string{ruleOfScenarios}
		}
		for _, id := range ids {
			if _, ok := index[id]; !ok {
				index[id] = len(driver.Rules)
				rule := sarifRuleOf(Requirement{ID: id, Text: "A scenario holds", Verdict: "fail"})
				driver.Rules = append(driver.Rules, rule)
			}
			out.Results = append(out.Results, sarifResultOf(c, id, index[id], level))
		}
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
		ID: q.ID, ShortDescription: sarifText{firstOf(visible(q.Text), q.ID)},
		Configuration: sarifDefault{map[string]string{"fail": "error", "warn": "warning"}[q.Verdict]},
		Properties: sarifTags{
			Tags: append([]string{"security", "dpop"}, q.Binds...), Section: q.Section, Level: q.Level,
		},
	}
	if rule.Configuration.Level == "" {
		rule.Configuration.Level = "note"
	}
	if q.Why != "" {
		rule.FullDescription = &sarifText{visible(q.Why)}
	}
	if help := strings.TrimSpace(q.Why + "\n\n" + q.Remedy); help != "" {
		rule.Help = &sarifText{visible(help)}
	}
	return rule
}

func sarifResultOf(c Case, id string, index int, level string) sarifResult {
	r := sarifResult{
		RuleID: id, RuleIndex: index, Level: level,
		Message:      sarifText{oneLine(c.Title() + ": " + headline(c))},
		Locations:    []sarifLocation{sarifPlace(c)},
		Fingerprints: map[string]string{"dpopspecCase/v1": c.ID + " " + id},
		Properties:   map[string]string{"verdict": string(c.Verdict)},
	}
	if c.Verdict == Known {
		r.Suppressions = []sarifSuppression{{"external", oneLine(headline(c))}}
	}
	for _, p := range []Property{{"expected", c.Expected}, {"actual", c.Actual}, {"repeat", c.Repeat}} {
		if p.Value != "" {
			r.Properties[p.Name] = visible(p.Value)
		}
	}
	return r
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
	for _, c := range run.Cases {
		if c.Verdict == Errored {
			invocation.Notifications = append(invocation.Notifications, sarifNotification{
				"error", sarifText{oneLine(c.Title() + ": " + headline(c))}, []sarifLocation{sarifPlace(c)},
			})
		}
	}
	return invocation
}
