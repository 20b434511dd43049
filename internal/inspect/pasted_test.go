package inspect

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/dpopspec/dpopspec/dpop"
)

// problems are the checks that found something, of all results.
func problems(list Results) []string {
	var names []string
	for _, r := range list {
		for _, f := range r.Findings {
			if f.Problem != "" {
				names = append(names, f.Check)
			}
		}
	}
	return names
}

// asked are the checks that could be asked of the proof in its request.
func asked(r *Result) []string {
	var names []string
	for _, f := range r.Findings {
		if f.Skipped == "" && slices.Contains([]string{"htm", "htu", "ath", "binding"}, f.Check) {
			names = append(names, f.Check)
		}
	}
	return names
}

// requestForms are the ways in which people paste GET https://api.example/orders?x=1&y=2
// with the token T and the proof P.
func requestForms() map[string]string {
	har := func(entries string) string { return `{"log":{"version":"1.2","entries":[` + entries + `]}}` }
	const plain = `{"request":{"method":"GET","url":"https://api.example/a.css","headers":[]},"response":{"s` +
		`tatus":200,"headers":[]}}`
	entry := `{"startedDateTime":"` + time.Now().UTC().Format(time.RFC3339Nano) + `","request":{"method":"GET",` +
		`"url":"https://api.example/orders?x=1&y=2","httpVersion":"h2","headers":[{"name":":method","value":"GET"},` +
		`{"name":"Authorization","value":"DPoP T"},{"name":"DPoP","value":"P"}]},"response":{"status":200,"h` +
		`eaders":[]}}`
	return map[string]string{
		"wire":     "GET /orders?x=1&y=2 HTTP/1.1\r\nHost: api.example\r\nAuthorization: DPoP T\r\nDPoP: P\r\n\r\n",
		"wire, LF": "GET /orders?x=1&y=2 HTTP/1.1\nhost: api.example\nauthorization:DPoP T\ndpop:P",
		"curl -v": "* Connected to api.example (::1) port 443\n* ALPN: server accepted h2\n> GET /orders?x=1" +
			"&y=2 HTTP/2\n> Host: api.example\n" +
			"> Authorization: DPoP T\n> DPoP: P\n> \n{ [5 bytes data]\n< HTTP/2 200 \n< content-type: applic" +
			"ation/json\n< \n{ \"a\": 1 }\n",
		"pseudo-headers": ":authority: api.example\n:method: GET\n:path: /orders?x=1&y=2\n:scheme: https\nau" +
			"thorization: DPoP T\ndpop: P\n",
		"pseudo-headers on lines of their own": ":authority\napi.example\n:method:\nGET\n:path:\n/orders?x=1" +
			"&y=2\n:scheme:\nhttps\n" +
			"authorization:\nDPoP T\ndpop:\nP\n",
		"curl's frames": "* [HTTP/2] [1] [:method: GET]\n* [HTTP/2] [1] [:scheme: https]\n> GET /orders?x=1&" +
			"y=2 HTTP/2\n" +
			"> Host: api.example\n> authorization: DPoP T\n> dpop: P\n>\n",
		"cURL of a browser (bash)": "curl 'https://api.example/orders?x=1&y=2' \\\n  -H 'accept: */*' \\\n" +
			"  -H 'authorization: DPoP T' \\\n  -H 'dpop: P' \\\n  --compressed",
		"cURL of a browser (cmd)": "curl ^\"https://api.example/orders?x=1^&y=2^\" ^\r\n  -H ^\"accept: */*^" +
			"\" ^\r\n" +
			"  -H ^\"authorization: DPoP T^\" ^\r\n  -H ^\"x: a^\\^\"b^\" ^\r\n  -H ^\"dpop: P^\"",
		"cURL of Firefox (Windows)": "curl \"https://api.example/orders?x=1&y=2\" --compressed -H \"Authoriz" +
			"ation: DPoP T\" -H \"DPoP: P\"",
		"curl.exe in PowerShell": "curl.exe 'https://api.example/orders?x=1&y=2' `\r\n  -H 'authorization" +
			": DPoP T' `\r\n  -H \"dpop: P\"",
		"PowerShell": "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n" +
			"Invoke-WebRequest -UseBasicParsing -Uri \"https://api.example/orders?x=1&y=2\" `\n-WebSession $" +
			"session `\n-Headers @{\n" +
			"\"authority\"=\"api.example\"\n  \"authorization\"=\"DPoP T\"\n  \"dpop\"=\"P\"\n}",
		"fetch": `fetch("https://api.example/orders?x=1&y=2", {"headers": {"authorization": "DPoP T", "dpop"` +
			`: "P"}, "body": null, "method": "GET"});`,
		"C strings": `$ curl $'https://api.example/orders?x=1\u0026y=2' -H $'authorization: DPoP\x20T' --hea` +
			`der=$'dpop: P' ` +
			`--data-raw $'it\'s' -X GET 2>&1 | tee log`,
		"curl's other spellings": `curl -sSXGET --header "Authorization: DPoP T" -HDPoP:P -o /dev/null --url` +
			`=https://api.example/orders?x=1\&y=2`,
		"curl with --get": `curl -G -d x=1 -d y=2 https://api.example/orders -H 'Authorization: DPoP ` +
			`T' -H 'DPoP: P'`,
		"curl in a fence": "```sh\ncurl https://api.example/orders -H 'Authorization: DPoP T' -H 'DPo" +
			"P: P'\n```",
		"a log of its fields": `{"url":"https://api.example/orders?x=1&y=2","method":"GET","headers":{"au` +
			`thorization":"DPoP T","dpop":"P"}}`,
		"a HAR":              har(plain + "," + entry),
		"an entry of a HAR":  entry,
		"an indented figure": "    GET /orders HTTP/1.1\n    Host: api.example\n    Authorization: DPoP T\n    DPoP: P\n",
		"a figure copied from its first letter": "GET /orders HTTP/1.1\n   Host: api.example\n   Authorization: DPoP T\n" +
			"   DPoP: P\n",
		"a coloured terminal": "> GET /orders HTTP/1.1\n> \x1b[1mHost\x1b[0m: api.example\n> Authorization: DPoP T\n> DPoP: P\n",
		"a figure of an RFC":  "GET /orders HTTP/1.1\nHost: api.example\nAuthorization: DPoP T\nDPoP: P[broken]\n",
	}
}

func TestARequestIsUnderstoodInEveryFormThatPeoplePaste(t *testing.T) {
	key, token, proof := material(t)
	other, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := dpop.SignCompact(other, []byte(`{"alg":"ES256"}`), []byte(`{"cnf":{"jkt":"`+other.Thumbprint+`"}}`))
	if err != nil {
		t.Fatal(err)
	}
	fill := func(form, token, proof string) []byte {
		if strings.Contains(form, "[broken]") {
			form = strings.Replace(form, "P[broken]", "P", 1)
			proof = proof[:60] + "\n  " + proof[60:120] + "\\\n " + proof[120:]
		}
		form = strings.Replace(form, "DPoP T", "DPoP "+token, 1)
		form = strings.Replace(form, `\x20T`, `\x20`+token, 1)
		for _, place := range []string{"dpop: P", "DPoP: P", "dpop:P", "DPoP:P",
			`"dpop": "P"`, `"dpop":"P"`, `"dpop"="P"`,
			`"value":"P"`, "dpop:\nP"} {
			at := strings.LastIndex(place, "P")
			form = strings.Replace(form, place, place[:at]+proof+place[at+1:], 1)
		}
		return []byte(form)
	}
	for name, form := range requestForms() {
		t.Run(name, func(t *testing.T) {
			list, err := Text(fill(form, token, proof), Context{})
			if err != nil {
				t.Fatal(err)
			}
			r := list[0]
			if r.Kind != Request || len(problems(list)) > 0 || len(asked(r)) != 4 || r.Thumbprint != key.Thumbprint {
				t.Errorf("asked %v\n%s", asked(r), list)
			}
			list, err = Text(fill(form, foreign, proof), Context{Method: "POST", URL: "https://api.example/other"})
			if got := problems(list); err != nil || strings.Join(got[:min(4, len(got))], " ") != "htm htu ath binding" {
				t.Errorf("problems %v, %v\n%s", got, err, list)
			}
		})
	}
}

func TestSeveralRequestsOfOneTextAreJudgedEach(t *testing.T) {
	_, token, proof := material(t)
	command := "curl 'https://api.example/orders' -H 'Authorization: DPoP " + token + "' -H 'DPoP: " + proof + "'"
	quoted := strings.ReplaceAll(command, "'", `^"`)
	sent := "> GET /orders HTTP/1.1\n> Host: api.example\n> DPoP: " + proof + "\n> \n"
	for name, test := range map[string]struct {
		text string
		want int
	}{
		"commands":        {command + " ;\n" + command, 2},
		"commands of cmd": {quoted + " &\r\n" + quoted, 2},
		"--next":          {command + " --next" + strings.TrimPrefix(command, "curl"), 2},
		"several URLs":    {command + " https://api.example/orders", 2},
		"a challenge answered": {sent + "< HTTP/1.1 401 Unauthorized\n" +
			"< WWW-Authenticate: DPoP error=\"use_dpop_nonce\"\n< DPoP-Nonce: abc\n< \n" +
			sent + "< HTTP/1.1 200 OK\n<\nhello\n", 4},
	} {
		list, err := Text([]byte(test.text), Context{})
		if err != nil || len(list) != test.want || len(problems(list)) > 0 {
			t.Errorf("%s: %d results, %v\n%s", name, len(list), err, list)
		}
	}
}

func TestCurlTellsWhetherTLSWasUsed(t *testing.T) {
	proof := localProof(t)
	request := "> GET / HTTP/1.1\n> Host: localhost:8080\n> DPoP: " + proof + "\n>\n"
	const connected, tls = "* Connected to localhost (::1) port 8080\n", "* SSL connection using TLSv1.3\n"
	for text, want := range map[string][]string{connected + request: nil, connected + tls + request: {"htu"}, request: nil} {
		if list, err := Text([]byte(text), Context{}); err != nil || !slices.Equal(problems(list), want) {
			t.Errorf("%v\n%s", err, list)
		}
	}
}

func TestTheTimeOfARequestIsThatOfItsRecording(t *testing.T) {
	key, _, _ := material(t)
	then := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	old, err := dpop.NewProof(key, dpop.Occasion{Method: "GET", URI: "http://api.example/"}, then)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"HAR": `{"log":{"entries":[{"startedDateTime":"2024-05-06T09:08:11.000+02:00","request":{"method":"GET",` +
			`"url":"http://api.example/","headers":[{"name":"DPoP","value":"` + old + `"}]}}]}}`,
		"curl -v": "> GET / HTTP/1.1\n> Host: api.example\n> DPoP: " + old + "\n> \n< HTTP/1.1 200 OK\n< Dat" +
			"e: Mon, 06 May 2024 07:08:10 GMT\n",
	} {
		if list, err := Text([]byte(text), Context{}); err != nil || len(problems(list)) > 0 {
			t.Errorf("%s: %v\n%s", name, err, list)
		}
	}
	if list, err := Text([]byte("> GET / HTTP/1.1\n> Host: api.example\n> DPoP: "+old+"\n"), Context{}); err != nil ||
		!slices.Equal(problems(list), []string{"iat"}) {
		t.Errorf("%v\n%s", err, list)
	}
}

func TestATokenOrProofIsFoundInItsWrapping(t *testing.T) {
	key, token, proof := material(t)
	quoted, err := json.Marshal(proof)
	if err != nil {
		t.Fatal(err)
	}
	response := `{"access_token":"` + token + `","token_type":"DPoP"}`
	utf16Of := func(text string, order string) string {
		var b []byte
		for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
			if order == "LE" {
				b = append(b, byte(unit), byte(unit>>8))
			} else {
				b = append(b, byte(unit>>8), byte(unit))
			}
		}
		return string(b)
	}
	for name, test := range map[string]struct {
		text string
		kind Kind
	}{
		"double quotes":         {`"` + proof + `"`, Proof},
		"single quotes, comma":  {"'" + proof + "',", Proof},
		"backticks":             {"`" + proof + "`", Proof},
		"typographic quotes":    {"“" + proof + "”", Proof},
		"JSON":                  {string(quoted) + ",\n", Proof},
		"a member of JSON":      {`  "DPoP": "` + proof + `",`, Proof},
		"a variable":            {"export PROOF='" + proof + "'", Proof},
		"a scheme":              {"DPoP " + token, Token},
		"Bearer":                {"Bearer " + token, Token},
		"a quoted scheme":       {`"Authorization": "DPoP ` + token + `",`, Token},
		"a proof with a scheme": {"DPoP " + proof, Proof},
		"broken into lines":     {proof[:76] + "\n" + proof[76:152] + "\r\n   " + proof[152:], Proof},
		"a byte order mark":     {"\ufeff" + proof, Proof},
		"UTF-16 LE":             {utf16Of(proof+"\r\n", "LE"), Proof},
		"UTF-16 BE":             {utf16Of(proof, "BE"), Proof},
		"UTF-16 without a mark": {utf16Of(proof, "LE")[2:], Proof},
		"UTF-16 BE without one": {utf16Of(proof, "BE")[2:], Proof},
		"zero-width space":      {"\u200b" + proof + "\u200b", Proof},
		"a proof and a token":   {proof + "\n" + token, Request},
		"a token and a proof":   {"token=" + token + "\nproof=" + proof + "\n", Request},
		"a cnf":                 {`{"jkt":"` + key.Thumbprint + `"}`, Document},
		"claims":                {`{"iss":"x","cnf":{"jkt":"` + key.Thumbprint + `"}}`, Document},
		"introspection":         {`{"active":true,"cnf":{"jkt":"` + key.Thumbprint + `"}}`, Document},
		"a JWK":                 {string(key.JWK().JSON()), Key},
		"a JWK in quotes":       {"'" + string(key.JWK().JSON()) + "'", Key},
		"a token response":      {response, Document},
		"a token endpoint's":    {"HTTP/1.1 200 OK\r\nDPoP-Nonce: abc\r\n\r\n" + response, Answer},
		"fields as JSON":        {`{"DPoP": "` + proof + `", "Authorization": "DPoP ` + token + `"}`, Request},
		"an object of JavaScript": {"DPoP Request: {\n" +
			"  authorization: 'DPoP " + token + "',\n  dpop: '" + proof + "'\n}", Request},
		"a line of a log": {"12:00 DEBUG proof=" + proof + " sent", Proof},
		"an SD-JWT":       {token + "~WyJh~WyJi~", Token},
		"no signature":    {token[:strings.LastIndexByte(token, '.')+1], Token},
		"a JWS in JSON": {`{"protected":"` + strings.Split(proof, ".")[0] + `","payload":"` + strings.Split(proof, ".")[1] +
			`","signature":"` + strings.Split(proof, ".")[2] + `"}`, Proof},
		"in colours":             {"\x1b[1;32m" + proof + "\x1b[0m\n", Proof},
		"a -H of a command line": {"-H 'DPoP: " + proof + "' \\", Request},
	} {
		list, err := Text([]byte(test.text), Context{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if list[0].Kind != test.kind || len(problems(list)) > 0 || list[0].Thumbprint != key.Thumbprint {
			t.Errorf("%s:\n%s", name, list)
		}
	}
	if list, err := Text([]byte(proof+" "+token), Context{}); err != nil || len(list) != 1 ||
		strings.Join(asked(list[0]), " ") != "ath binding" {
		t.Errorf("%v\n%s", err, list)
	}
}

func TestWhatIsNoFaultIsNotCalledOne(t *testing.T) {
	_, _, proof := material(t)
	for name, text := range map[string]string{
		"two lines of an answer": "WWW-Authenticate: Bearer realm=\"x\"\r\nWWW-Authenticate: DPoP realm=\"x" +
			"\", algs=\"ES256\"\r\n",
		"the figure of RFC 9449 §9, indented": " HTTP/1.1 401 Unauthorized\n" +
			" WWW-Authenticate: DPoP error=\"use_dpop_nonce\", \\\n" +
			"   error_description=\"Resource server requires nonce in DPoP proof\"\n DPoP-Nonce: eyJ7S_zG.eyJH0-Z.HX4w-7v\n",
		"variables of a shell":      `curl https://x.example/ -H "DPoP: $PROOF" -H "Authorization: DPoP ${TOKEN}" -H @more`,
		"a variable beside a token": `curl https://x.example/ -H "DPoP: {{proof}}" -H "Authorization: DPoP abc"`,
		"the figure of RFC 9449 §9": "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: DPoP error=\"use_dpop_non" +
			"ce\", \\\n" +
			"  error_description=\"Resource server requires nonce in DPoP proof\"\nDPoP-Nonce: eyJ7S_zG.eyJH" +
			"0-Z.HX4w-7v\n",
		"a challenge with dots": `DPoP error="invalid_token", resource_metadata="https://a.b.example/.` +
			`well-known/x"`,
		"Bearer and DPoP in a line": `Bearer realm="ü", DPoP algs="ES256"`,
		"a token bound otherwise":   jws(`{"alg":"ES256","typ":"at+jwt"}`, `{"cnf":{"x5t#S256":"x"}}`),
		"a token bound by a JWK":    jws(`{"alg":"ES256"}`, `{"cnf":{"kid":"x"}}`),
		"an opaque token":           "GET / HTTP/1.1\nHost: api.example\nAuthorization: Bearer abc\n",
		"DPoP, told by introspection": `{"token_type":"DPoP","access_token":"` +
			jws(`{"alg":"ES256"}`, `{"sub":"x"}`) + `"}`,
		"http":          "GET / HTTP/1.1\nHost: localhost:8080\nDPoP: " + localProof(t) + "\n",
		"a proof alone": proof,
	} {
		if list, err := Text([]byte(text), Context{}); err != nil || len(problems(list)) > 0 {
			t.Errorf("%s: %v\n%s", name, err, list)
		}
	}
}

func localProof(t *testing.T) string {
	t.Helper()
	key, _, _ := material(t)
	proof, err := dpop.NewProof(key, dpop.Occasion{Method: "GET", URI: "http://localhost:8080/"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return proof
}

// jws is a compact JWS with a signature of nobody.
func jws(header, claims string) string {
	return dpop.EncodeSegment([]byte(header)) + "." + dpop.EncodeSegment([]byte(claims)) + ".AAAA"
}

func TestOneFaultIsOneFinding(t *testing.T) {
	key, _, _ := material(t)
	private, err := key.PrivateJWK()
	if err != nil {
		t.Fatal(err)
	}
	claims := fmt.Sprintf(`{"jti":"abcdefgh","htm":"GET","htu":"https://api.example/?a=b","iat":%d}`, time.Now().Unix())
	plain := strings.Replace(claims, "?a=b", "", 1)
	signed := func(header, claims string) string {
		proof, err := dpop.SignCompact(key, []byte(header), []byte(claims))
		if err != nil {
			t.Fatal(err)
		}
		return proof
	}
	jwk := string(key.JWK().JSON())
	head := `{"typ":"dpop+jwt","alg":"ES256","jwk":` + jwk
	for name, test := range map[string]struct{ text, want string }{
		"htu with a query":  {signed(head+"}", claims), "htu-query"},
		"crit":              {signed(head+`,"crit":["x"],"x":1}`, plain), "crit"},
		"b64":               {signed(head+`,"b64":true}`, plain), "crit"},
		"a private key":     {signed(strings.Replace(head, jwk, string(private.JSON()), 1)+"}", plain), "private-key"},
		"typ":               {signed(`{"typ":"JWT","alg":"ES256","jwk":`+jwk+"}", plain), "typ"},
		"a short jkt":       {`{"cnf":{"jkt":"abc"}}`, "cnf.jkt"},
		"two nonces":        {"HTTP/1.1 200 OK\nDPoP-Nonce: a\nDPoP-Nonce: b\n", "nonce"},
		"a nonce in quotes": {"HTTP/1.1 200 OK\nDPoP-Nonce: \"a\"\n", "nonce"},
		"no nonce":          {"HTTP/1.1 400 Bad Request\n\n{\"error\":\"use_dpop_nonce\"}", "nonce"},
		"Bearer and bound": {`{"token_type":"Bearer","access_token":"` +
			jws(`{"alg":"ES256"}`, `{"cnf":{"jkt":"`+key.Thumbprint+`"}}`) + `"}`, "token_type"},
		"no proof": {"GET / HTTP/1.1\nHost: api.example\nAuthorization: DPoP abc\n", "field"},
		"a broken challenge beside a good one": {"WWW-Authenticate: DPoP algs=\"ES256\"\nWWW-Authenticate: D" +
			"PoP error=ü\n", "grammar"},
	} {
		list, err := Text([]byte(test.text), Context{})
		if err != nil || !slices.Equal(problems(list), []string{test.want}) {
			t.Errorf("%s: %v, want %s, %v\n%s", name, problems(list), test.want, err, list)
		}
		if d, _ := private.Text("d"); strings.Contains(list.String(), d) {
			t.Errorf("%s: the private key is shown", name)
		}
		if strings.Contains(list.String(), "Ã") {
			t.Errorf("%s:\n%s", name, list)
		}
	}
}

func TestAKeyThatIsSpeltOtherwiseIsToldAndHasNoThumbprint(t *testing.T) {
	const (
		x = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs"
		y = "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"
	)
	octets, err := dpop.DecodeSegment(x)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ x, says string }{
		"31 octets":       {dpop.EncodeSegment(octets[1:]), "31 octets"},
		"a leading zero":  {dpop.EncodeSegment(append([]byte{0}, octets...)), "33 octets"},
		"padding":         {x + "=", "base64url"},
		"standard base64": {strings.ReplaceAll(x, "-", "+"), "base64url"},
	} {
		text := `{"kty":"EC","crv":"P-256","x":"` + test.x + `","y":"` + y + `"}`
		for _, text := range []string{text, `{"keys":[` + text + `]}`} {
			list, err := Text([]byte(text), Context{})
			if err != nil || len(problems(list)) != 1 || list[0].Thumbprint != "" ||
				!strings.Contains(list.String(), test.says) {
				t.Errorf("%s: %v\n%s", name, err, list)
			}
		}
		if printed, err := dpop.Thumbprints([]byte(text)); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, %v", name, printed, err)
		}
	}
}

func TestAnEncryptedTokenIsSaidToBeOne(t *testing.T) {
	text := dpop.EncodeSegment([]byte(`{"alg":"dir","enc":"A256GCM"}`)) + "..AAAA.BBBB.CCCC"
	for _, text := range []string{text, "DPoP " + text, `"` + text + `",`} {
		list, err := Text([]byte(text), Context{})
		if err != nil || list[0].Kind != Encrypted || list.Broken() {
			t.Errorf("%s: %v\n%s", text, err, list)
		}
	}
}

func TestDepthAndLengthCostNoMoreThanTheirReading(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(16 << 20))
	for name, text := range map[string]string{
		"brackets": strings.Repeat("[", 1<<19), "objects": strings.Repeat(`{"a":`, 1<<18),
		"a deep HAR":   `{"log":{"entries":[` + strings.Repeat(`{"a":`, 1<<18),
		"folded lines": "GET / HTTP/1.1\nDPoP: a\n" + strings.Repeat(" ab\n", 1<<17),
		"quotes":       strings.Repeat(`"`, 1<<17),
	} {
		if list, err := Text([]byte(text), Context{}); err == nil && !list.Broken() {
			t.Errorf("%s:\n%s", name, list)
		}
	}
}

func TestAnErrorNamesWhatStandsInTheWay(t *testing.T) {
	_, _, proof := material(t)
	hidden, err := Text([]byte(proof[:40]+"\u200b"+proof[40:]), Context{})
	if err != nil || !hidden.Broken() || !strings.Contains(hidden.String(), "U+200B") {
		t.Errorf("%v\n%s", err, hidden)
	}
	for name, test := range map[string]struct{ text, says string }{
		"nothing":         {" \n", "nothing to inspect"},
		"PEM":             {"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "keys thumbprint"},
		"an opaque token": {"2YotnFZFEjr1zCsicMWpAA", "introspection"},
		"a HAR without fields": {`{"log":{"entries":[{"request":{"method":"GET","url":"https://x/","headers` +
			`":[]}}]}}`, "sensitive data"},
		"fetch with a variable": {`fetch(url, {headers})`, "as cURL"},
		"other JSON":            {`{"a":1}`, "of no kind"},
		"broken JSON":           {`{"a":`, "cannot be read"},
		"half a UTF-16":         {"\xff\xfea\x00b", "cut"},
		"curl without a URL":    {"curl -v", "no URL"},
	} {
		if list, err := Text([]byte(test.text), Context{}); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v\n%s", name, err, list)
		}
	}
	list, err := Text([]byte(`curl https://x.example/ -H @headers.txt -H "DPoP: $PROOF" -H "Authorization: D`+
		`PoP $(cat t)"`), Context{})
	if err != nil || !strings.Contains(list.String(), "headers.txt") ||
		!strings.Contains(list.String(), "only the shell knows") {
		t.Errorf("%v\n%s", err, list)
	}
}
