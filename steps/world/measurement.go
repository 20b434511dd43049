package world

// Measurement is a number that a case took.
type Measurement struct {
	Name  string
	Value float64
	Unit  string // "s"; empty for a count
}

// Measure keeps a number for the report, under a name that also says where it
// was taken.
func (w *World) Measure(name string, value float64, unit string) {
	if w.Endpoint.Name != "" {
		name += " at " + w.Endpoint.Name
	}
	w.measurements = append(w.measurements, Measurement{name, value, unit})
}

// Measurements returns the numbers that the case took.
func (w *World) Measurements() []Measurement { return w.measurements }
