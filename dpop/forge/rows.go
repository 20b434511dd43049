package forge

// bad is a row of a table: a defect.
func bad(part, value, says string, apply func(*Forgery) error, refused ...string) Defect {
	return Defect{Part: part, Value: value, Says: says, Apply: apply, Refused: refused}
}

// fine is a row of a table: an odd but legal variation.
func fine(part, value, says string, apply func(*Forgery) error) Defect {
	return Defect{Part: part, Value: value, Says: says, Apply: apply, Sound: true}
}

// moot is a row of a table: a variation that may be taken or refused.
func moot(part, value, says string, apply func(*Forgery) error, refused ...string) Defect {
	return Defect{Part: part, Value: value, Says: says, Apply: apply, Refused: refused, Open: true}
}

// embedding marks rows of a table that bring a key of their own making.
func embedding(rows ...Defect) []Defect {
	for i := range rows {
		rows[i].Embeds = true
	}
	return rows
}

// needing gives rows of a table the same needs.
func needing(n Needs, rows ...Defect) []Defect {
	for i := range rows {
		rows[i].Needs = n
	}
	return rows
}
