package reports

import "slices"

// Redacted is a run that a [Redactor] has masked. The zero value is an empty run.
type Redacted struct{ run Run }

// Value is the masked run. It shares its parts with r and is for reading only.
func (r Redacted) Value() Run { return r.run }

// Run is a deep copy of the run with every secret masked. The run itself stays
// as it was. Names that the run is found by (ids, paths, verdicts) lose
// registered secrets only.
func (r *Redactor) Run(run Run) Redacted {
	run.Host, run.Level = r.name(run.Host), r.name(run.Level)
	run.Build, run.Cut = r.Text(run.Build), r.Text(run.Cut)
	run.Target = each(run.Target, r.party)
	run.SetUp = each(run.SetUp, r.Problem)
	run.Cases = each(run.Cases, r.Case)
	run.Measurements = each(run.Measurements, r.measurement)
	run.NotRun = each(run.NotRun, func(n NotRun) NotRun {
		return NotRun{ID: r.name(n.ID), Reason: r.Text(n.Reason), Cut: n.Cut}
	})
	run.Catalogue = each(run.Catalogue, r.requirement)
	return Redacted{run}
}

// Case is a deep copy of the case with every secret masked, those included that
// the case came by.
func (r *Redactor) Case(c Case) Case {
	r = r.Knowing(c.Secrets...)
	c.Secrets = nil
	c.ID, c.Feature, c.FeatureName = r.name(c.ID), r.name(c.Feature), r.name(c.FeatureName)
	c.Endpoint, c.Operation, c.Subject = r.name(c.Endpoint), r.name(c.Operation), r.name(c.Subject)
	c.Scenario, c.Row, c.Reason = r.Text(c.Scenario), r.Text(c.Row), r.Text(c.Reason)
	c.Expected, c.Actual, c.Repeat = r.Text(c.Expected), r.Text(c.Actual), r.Text(c.Repeat)
	c.Blocked, c.Kind, c.Key = r.name(c.Blocked), r.Text(c.Kind), r.name(c.Key)
	c.Answer.Outcome = Outcome(r.name(string(c.Answer.Outcome)))
	c.Answer.Code, c.Answer.Words = r.Text(c.Answer.Code), r.Text(c.Answer.Words)
	c.Requirements = each(c.Requirements, r.requirement)
	c.Steps = each(c.Steps, func(s Step) Step { s.Text = r.Text(s.Text); return s })
	c.Exchanges = each(c.Exchanges, r.exchange)
	c.Notes = each(c.Notes, r.Text)
	c.Heard = each(c.Heard, func(h Heard) Heard {
		return Heard{Party: r.name(h.Party), Text: r.Text(h.Text), Ended: r.Text(h.Ended)}
	})
	c.Properties = each(c.Properties, r.property)
	c.Measurements = each(c.Measurements, r.measurement)
	return c
}

func (r *Redactor) measurement(m Measurement) Measurement {
	m.Name, m.Unit, m.Case = r.Text(m.Name), r.Text(m.Unit), r.name(m.Case)
	return m
}

// Problem is the problem with every secret masked.
func (r *Redactor) Problem(p Problem) Problem {
	return Problem{
		Name: r.name(p.Name), What: r.Text(p.What), Answer: r.Text(p.Answer), Key: r.name(p.Key), Remedy: r.Text(p.Remedy),
	}
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
	e.URL = r.Text(e.URL)
	if e.Proof != nil {
		e.Proof = &Proof{
			Header:  r.secrets.MaskProof(e.Proof.Header),
			Claims:  r.secrets.MaskProof(e.Proof.Claims),
			Problem: r.Text(e.Proof.Problem),
		}
	}
	return e
}

func (r *Redactor) property(p Property) Property {
	return Property{Name: r.Text(p.Name), Value: r.secrets.MaskNamed(p.Name, p.Value)}
}

// name masks only registered secrets.
func (r *Redactor) name(s string) string { return r.secrets.MaskRegistered(s) }

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
