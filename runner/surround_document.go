package runner

// SurroundingsDocument is the machine-readable form of what Surround returns.
type SurroundingsDocument struct {
	Rows          []SurroundingResult `json:"rows"`
	Holding       int                 `json:"holding"` // rows where everything is as it must be
	FalsePasses   int                 `json:"false_passes"`
	FalseFailures int                 `json:"false_failures"`
}

// SurroundingResult is one row of a SurroundingsDocument.
type SurroundingResult struct {
	ID            string          `json:"id"`
	Name          string          `json:"name"`
	Does          string          `json:"does"`
	Holds         bool            `json:"holds"`
	FalsePasses   []Misjudged     `json:"false_passes"`
	FalseFailures []Misjudged     `json:"false_failures"`
	Runs          []SurroundedRun `json:"runs"`
	Problem       string          `json:"problem,omitempty"`
}

// SurroundedDocument returns the machine-readable form.
func SurroundedDocument(results []Surrounded) SurroundingsDocument {
	d := SurroundingsDocument{Rows: []SurroundingResult{}}
	for _, s := range results {
		row := SurroundingResult{
			ID: s.Row.ID, Name: s.Row.Name(), Does: s.Row.Does, Holds: s.Holds(),
			FalsePasses:   append([]Misjudged{}, s.FalsePasses...),
			FalseFailures: append([]Misjudged{}, s.FalseFailures...),
			Runs:          append([]SurroundedRun{}, s.Runs...),
		}
		if s.Problem != nil {
			row.Problem = s.Problem.Error()
		}
		if row.Holds {
			d.Holding++
		}
		d.FalsePasses += len(s.FalsePasses)
		d.FalseFailures += len(s.FalseFailures)
		d.Rows = append(d.Rows, row)
	}
	return d
}
