package hostile

// asJSON is the field of most answers here.
const asJSON = "Content-Type: application/json"

// head is the head of an answer (RFC 9112 §4), which its fields make sound or
// unsound: status line, field lines, empty line.
func head(status string, fields ...string) string {
	text := "HTTP/1.1 " + status + "\r\n"
	for _, field := range fields {
		text += field + "\r\n"
	}
	return text + "\r\n"
}

// closing is a head that says that the connection ends with the answer.
func closing(status string, fields ...string) string {
	return head(status, append(fields, "Connection: close")...)
}

// answer is a misbehaviour that says one text and hangs up.
func answer(name, does, text string) Misbehaviour {
	return Misbehaviour{Name: name, Does: does, act: func(c *conversation) { c.say(text) }}
}

// json is an answer of status 200 that claims to be JSON.
func json(name, does, body string) Misbehaviour {
	return answer(name, does, closing("200 OK", asJSON)+body)
}
