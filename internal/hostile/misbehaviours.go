package hostile

import "slices"

// All lists every misbehaviour.
func All() []Misbehaviour {
	return slices.Concat(connections(), framings(), floods(), contents(), protocols())
}

// Named returns the misbehaviour of that name.
func Named(name string) (Misbehaviour, bool) {
	for _, m := range All() {
		if m.Name == name {
			return m, true
		}
	}
	return Misbehaviour{}, false
}

// answer is a misbehaviour that says one text and hangs up.
func answer(name, does, text string) Misbehaviour {
	return Misbehaviour{Name: name, Does: does, act: func(c *conversation) { c.say(text) }}
}

// json is an answer of status 200 that claims to be JSON.
func json(name, does, body string) Misbehaviour {
	return answer(name, does, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"+body)
}
