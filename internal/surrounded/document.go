package surrounded

// Document is the machine-readable form of what Play returns.
type Document struct {
	Rows          []RowResult `json:"rows"`
	Holding       int         `json:"holding"` // rows where everything is as it must be
	FalsePasses   int         `json:"false_passes"`
	FalseFailures int         `json:"false_failures"`
}

// RowResult is one row of a Document.
type RowResult struct {
	ID            string      `json:"id"`
	Name          string      `json:"name"`
	Does          string      `json:"does"`
	Holds         bool        `json:"holds"`
	FalsePasses   []Misjudged `json:"false_passes"`
	FalseFailures []Misjudged `json:"false_failures"`
	Runs          []Run       `json:"runs"`
	Problem       string      `json:"problem,omitempty"`
}

// DocumentOf returns the machine-readable form.
func DocumentOf(results []Result) Document {
	d := Document{Rows: []RowResult{}}
	for _, s := range results {
		row := RowResult{
			ID: s.Row.ID, Name: s.Row.Name(), Does: s.Row.Does, Holds: s.Holds(),
			FalsePasses:   append([]Misjudged{}, s.FalsePasses...),
			FalseFailures: append([]Misjudged{}, s.FalseFailures...),
			Runs:          append([]Run{}, s.Runs...),
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
