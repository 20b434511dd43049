package reports

import (
	"slices"
	"strings"
)

// Redacted is a run that a [Redactor] has masked. The zero value is an empty run.
type Redacted struct{ run Run }

// Value is the masked run. It shares its parts with r and is for reading only.
func (r Redacted) Value() Run { return r.run }

// Run is a deep copy of the run with every secret masked. The run itself stays
// as it was. Names that the run is found by (ids, paths, verdicts) lose
// registered secrets only.
func (r *Redactor) Run(run Run) Redacted {
	run.Host = r.name(run.Host)
	run.Target = each(run.Target, r.party)
	run.Cases = each(run.Cases, r.Case)
	run.Measurements = each(run.Measurements, r.measurement)
	run.NotRun = each(run.NotRun, func(n NotRun) NotRun {
		return NotRun{ID: r.name(n.ID), Reason: r.Text(n.Reason)}
	})
	run.Catalogue = each(run.Catalogue, r.requirement)
	return Redacted{run}
}

// Case is a deep copy of the case with every secret masked.
func (r *Redactor) Case(c Case) Case {
	r = r.during(c)
	c.ID, c.Feature, c.FeatureName = r.name(c.ID), r.name(c.Feature), r.name(c.FeatureName)
	c.Endpoint, c.Subject = r.name(c.Endpoint), r.name(c.Subject)
	c.Scenario, c.Row, c.Reason = r.Text(c.Scenario), r.Text(c.Row), r.Text(c.Reason)
	c.Expected, c.Actual, c.Repeat = r.Text(c.Expected), r.Text(c.Actual), r.Text(c.Repeat)
	c.Requirements = each(c.Requirements, r.requirement)
	c.Steps = each(c.Steps, func(s Step) Step { s.Text = r.Text(s.Text); return s })
	c.Exchanges = each(c.Exchanges, r.exchange)
	c.Notes = each(c.Notes, r.Text)
	c.Properties = each(c.Properties, r.property)
	c.Measurements = each(c.Measurements, r.measurement)
	return c
}

func (r *Redactor) measurement(m Measurement) Measurement {
	m.Name, m.Unit, m.Case = r.Text(m.Name), r.Text(m.Unit), r.name(m.Case)
	return m
}

func (r *Redactor) party(p Party) Party {
	p.Name, p.Where = r.Text(p.Name), r.Text(p.Where)
	p.Capabilities = each(p.Capabilities, func(c Capability) Capability {
		return Capability{Name: r.Text(c.Name), Value: r.Text(c.Value), How: r.Text(c.How)}
	})
	return p
}

func (r *Redactor) requirement(q Requirement) Requirement {
	q.Text, q.Why, q.Remedy = r.name(q.Text), r.name(q.Why), r.name(q.Remedy)
	q.Binds = slices.Clone(q.Binds)
	return q
}

func (r *Redactor) exchange(e Exchange) Exchange {
	e.Title, e.Request, e.Response = r.Text(e.Title), r.Text(e.Request), r.Text(e.Response)
	if e.Proof != nil {
		e.Proof = &Proof{
			Header:  r.mask(e.Proof.Header, inProof),
			Claims:  r.mask(e.Proof.Claims, inProof),
			Problem: r.Text(e.Proof.Problem),
		}
	}
	return e
}

// property masks a property as a whole, so that its name can give its value away.
func (r *Redactor) property(p Property) Property {
	value := r.Text(p.Value)
	if secretNames[strings.ToLower(p.Name)] && p.Value != "" {
		value = memberMask(p.Name, p.Value)
	}
	return Property{Name: r.Text(p.Name), Value: value}
}

// name masks only registered secrets.
func (r *Redactor) name(s string) string { return r.mask(s, onlyRegistered) }

// each applies f to every element; nil stays nil.
func each[T any](list []T, f func(T) T) []T {
	if list == nil {
		return nil
	}
	out := make([]T, len(list))
	for i, item := range list {
		out[i] = f(item)
	}
	return out
}
