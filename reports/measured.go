package reports

import (
	"fmt"
	"slices"
	"strings"
)

// eachOnce leaves of measurements that agree in name, value and unit one. Those
// that agree in the name alone contradict each other: they stand together, each
// with the cases that took it.
func eachOnce(list []Measurement) []Measurement {
	type quantity struct{ name, unit string }
	type reading struct {
		Measurement
		cases []string
	}
	var order []quantity
	readings := map[quantity][]*reading{}
	for _, m := range list {
		q := quantity{m.Name, m.Unit}
		if readings[q] == nil {
			order = append(order, q)
		}
		i := slices.IndexFunc(readings[q], func(r *reading) bool { return number(r.Value) == number(m.Value) })
		if i < 0 {
			i = len(readings[q])
			readings[q] = append(readings[q], &reading{Measurement: m})
		}
		readings[q][i].cases = append(readings[q][i].cases, m.Case)
	}
	var once []Measurement
	for _, q := range order {
		for _, r := range readings[q] {
			if len(readings[q]) > 1 {
				r.Name += " (" + few(r.cases) + ")"
			}
			once = append(once, r.Measurement)
		}
	}
	return once
}

// few names the first of many.
func few(names []string) string {
	const most = 3
	if len(names) > most {
		names = append(slices.Clone(names[:most]), fmt.Sprintf("and %d more", len(names)-most))
	}
	return strings.Join(names, ", ")
}
