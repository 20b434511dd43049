package dpop

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func TestAnObjectIsReadStrictly(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"empty", ""}, {"white space", " "}, {"an array", "[]"}, {"a string", `"a"`}, {"a number", "1"},
		{"null", "null"}, {"two objects", "{}{}"}, {"a comma at the end", `{"a":1,}`},
		{"single quotes", "{'a':1}"}, {"a comment", "{}//"},
		{"a byte order mark", "\ufeff{}"}, {"invalid UTF-8", "{\"a\":\"\xff\"}"}, {"a duplicate", `{"a":1,"a":2}`},
		{"a duplicate by escape", `{"a":1,"\u0061":2}`},
		{"33 levels", strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33)},
		{"a NUL behind it", "{}\x00"}, {"NaN", `{"a":NaN}`}, {"a leading zero", `{"a":01}`},
		{"a control character in a string", "{\"a\":\"\n\"}"},
	} {
		if object, err := ParseObject([]byte(c.text)); err == nil {
			t.Errorf("%s: read as %s", c.name, object.JSON())
		}
	}
}

func TestAnObjectKeepsOrderAndBytes(t *testing.T) {
	const text = `{"b":1.50,"a":"\u0041","c":[1, 2]}`
	object, err := ParseObject([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(object.JSON()); got != text {
		t.Errorf("written as %s", got)
	}
	again, err := ParseObject(object.SpacedJSON())
	if err != nil || string(again.JSON()) != text {
		t.Errorf("spaced: %s, %v", again.JSON(), err)
	}
	if a, err := object.Text("a"); err != nil || a != "A" {
		t.Errorf("%q, %v", a, err)
	}
}

func TestMemberNamesAreExact(t *testing.T) {
	object, err := ParseObject([]byte(`{"JTI":"a","Jti":"b"}`))
	if err != nil {
		t.Fatal(err)
	}
	if object.Has("jti") {
		t.Error("jti was found under another spelling")
	}
}

func TestTextIsAStringOnly(t *testing.T) {
	for _, literal := range []string{"null", "1", "true", `["a"]`, "{}"} {
		object := Object{{"a", json.RawMessage(literal)}}
		if text, err := object.Text("a"); err == nil {
			t.Errorf("%s was read as %q", literal, text)
		}
	}
	if _, err := (Object{}).Text("a"); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("absent: %v", err)
	}
}

func TestOctetsAreOfStrictBase64URLOnly(t *testing.T) {
	object, err := ParseObject([]byte(`{"x":"AQID","padded":"AQ==","number":1,"null":null}`))
	if err != nil {
		t.Fatal(err)
	}
	if x, err := object.Octets("x"); err != nil || string(x) != "\x01\x02\x03" {
		t.Errorf("%x, %v", x, err)
	}
	for _, name := range []string{"absent", "padded", "number", "null"} {
		if x, err := object.Octets(name); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %x, %v", name, x, err)
		}
	}
}

func TestADraftedObjectCanBeChangedInEveryWay(t *testing.T) {
	var o Object
	o.Add("a", 1)
	o.Add("b", "<&>")
	clone := o.Clone()
	o.Set("a", 2)
	o.Add("a", 3)
	o.Prepend("z", nil)
	o.Rename("b", "B")
	if got := string(o.JSON()); got != `{"z":null,"a":2,"B":"<&>","a":3}` {
		t.Error(got)
	}
	o.Delete("a")
	if got := string(o.JSON()); got != `{"z":null,"B":"<&>"}` {
		t.Error(got)
	}
	if got := string(clone.JSON()); got != `{"a":1,"b":"<&>"}` {
		t.Errorf("the clone changed with it: %s", got)
	}
}

func TestANumericDateIsANumberOfSeconds(t *testing.T) {
	for _, c := range []struct {
		literal string
		ok      bool
	}{
		{"1762700000", true}, {"1762700000.5", true}, {"1.7627e9", true}, {"-1", true}, {"0", true},
		{`"1762700000"`, false}, {"true", false}, {"null", false}, {"[1762700000]", false}, {"{}", false},
		{"1762700000000", false}, {"1e400", false}, {"9223372036854775808", false}, {"-9223372036854775808", false},
	} {
		_, err := Object{{"iat", json.RawMessage(c.literal)}}.Number("iat")
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.literal, err)
		}
	}
}

func TestASegmentIsStrictBase64URL(t *testing.T) {
	for _, c := range []struct {
		text string
		ok   bool
	}{
		{"AQ", true}, {"", true}, {"-_8", true},
		{"AQ==", false}, {"AR", false}, {"+/8", false}, {"A", false}, {"AQ\n", false}, {"A\nQ", false},
		{"A Q", false}, {"AQ\r\n", false}, {"AQ.", false},
	} {
		if _, err := DecodeSegment(c.text); (err == nil) != c.ok {
			t.Errorf("%q: %v", c.text, err)
		}
	}
}

// A comparison of every pair of names would take minutes for this.
func TestManyMembersCostNoMoreThanTheirNumber(t *testing.T) {
	var o Object
	for i := range 300_000 {
		o.Add(strconv.Itoa(i), i)
	}
	parsed, err := ParseObject(o.JSON())
	if err != nil || len(parsed) != len(o) {
		t.Errorf("%d members, %v", len(parsed), err)
	}
}

// A text that one parser takes and another refuses is how a proof is read in two
// ways: what is read with gjson here is refused just where the standard library
// refuses it.
func TestWhatIsJSONIsWhatTheStandardLibraryTakesForIt(t *testing.T) {
	pieces := []string{
		"{", "}", "[", "]", ":", ",", `"`, `\`, "u", "0", "1", "-", "+", ".", "e", "E", "true", "false", "null",
		"t", "n",
		" ", "\n", "\t", "\r", "\v", "\f", "\x00", "\x1f", "\x7f", `"a"`, `\u00e9`, `\ud800`, `\n`, `\/`, "é", "\u00a0",
		"/", "'", "12", "0.5", `"":`, `{"a":`, "\ufeff",
	}
	random := rand.New(rand.NewPCG(1, 2))
	valid := 0
	for range 300_000 {
		var text []byte
		for range 1 + random.IntN(9) {
			text = append(text, pieces[random.IntN(len(pieces))]...)
		}
		object := append(append([]byte(`{"a":`), text...), '}')
		want := json.Valid(object)
		if want {
			valid++
		}
		if _, err := ParseMembers(object); (err == nil) != want {
			t.Fatalf("%q: valid %v, %v", object, want, err)
		}
	}
	if valid < 1000 {
		t.Fatalf("only %d of the texts were valid", valid)
	}
}
