package hostile

// framings are answers that are no sound HTTP/1.1 (RFC 9112).
func framings() []Misbehaviour {
	const grant = `{"access_token":"stolen","token_type":"DPoP"}`
	return []Misbehaviour{
		answer("another protocol", "speaks SSH", "SSH-2.0-OpenSSH_9.6\r\n"),
		answer("HTTP/0.9", "answers with a body alone", grant),
		answer("binary", "answers with octets of no meaning", "\x16\x03\x01\x00\x00\xff\xfe\x00\r\n\r\n"),
		answer("no status", "leaves the status out", "HTTP/1.1 \r\n\r\n"),
		answer("status of six digits", "has a status that does not exist", "HTTP/1.1 200200 OK\r\n\r\n"),
		answer("a length that is no number", "has a Content-Length of letters",
			head("200 OK", "Content-Length: ten")+grant),
		answer("a negative length", "has a Content-Length below nothing",
			head("200 OK", "Content-Length: -5")+grant),
		answer("two lengths", "has two Content-Length fields that differ",
			head("200 OK", "Content-Length: 5", "Content-Length: 45")+grant),
		answer("a length too long", "promises more than it sends",
			head("200 OK", asJSON, "Content-Length: 4096")+grant),
		answer("a length too short", "cuts its own JSON",
			head("200 OK", asJSON, "Content-Length: 7")+grant),
		answer("broken chunks", "has a chunk size that is no number",
			head("200 OK", "Transfer-Encoding: chunked")+"zz\r\n"+grant),
		answer("a chunk too large", "has a chunk of more octets than there are numbers",
			head("200 OK", "Transfer-Encoding: chunked")+"ffffffffffffffffff\r\n"+grant),
		answer("a field without a colon", "has a line that is no field",
			head("200 OK", "this is no field")+grant),
		answer("NUL in a field", "has NUL in a field value",
			head("200 OK", "X-A: a\x00b")+grant),
		answer("a protocol switched", "answers 101",
			head("101 Switching Protocols", "Upgrade: x", "Connection: Upgrade")),
	}
}
