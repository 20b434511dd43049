package target

import (
	"strings"
	"testing"
	"unicode"
)

// deliverer is an adapter that waits for the answers to three requests, without a
// program.
func deliverer() *adapter {
	a := &adapter{waiting: map[int]chan string{}, count: 3}
	for id := 1; id <= a.count; id++ {
		a.waiting[id] = make(chan string, 1)
	}
	return a
}

func TestALineOfAnAdapterIsAnAnswerOrAnErrorThatIsBrief(t *testing.T) {
	for name, row := range map[string]struct{ line, want string }{
		"words":              {"ready\x1b[2J", "not a JSON answer"},
		"a long line":        {strings.Repeat("x", 1<<20), "not a JSON answer"},
		"another id":         {`{"id":9,"ok":true}`, "the id 9, which no request under way has"},
		"no id":              {`{"ok":true}`, "the id 0"},
		"an id that is none": {`{"id":"1","ok":true}`, "not a JSON answer"},
		"more than an id":    {`{"id":1e99,"ok":true}`, "not a JSON answer"},
		"neither":            {`{"id":1}`, `neither "ok": true nor an error`},
		"no error":           {`{"id":1,"ok":false}`, `neither "ok": true nor an error`},
		"both":               {`{"id":1,"ok":true,"error":{"code":"x"}}`, `"ok": true and an error`},
		"another form":       {`{"id":1,"ok":true,"status":"x"}`, "not the form"},
		"a long number":      {`{"id":1,"ok":true,"status":` + strings.Repeat("1", 1<<20) + `}`, "not the form"},
		"an array":           {`[1]`, "not a JSON answer"},
		"a mark":             {"\ufeff" + `{"id":1,"ok":true}`, "not a JSON answer"},
	} {
		err := deliver(t, row.line, &Fetched{})
		if err == nil || !strings.Contains(err.Error(), row.want) || len(err.Error()) > 4*maxQuoted+200 {
			t.Errorf("%s: got %.300v, want %q", name, err, row.want)
		}
	}
}

// deliver hands a line to who waits for it and reads it; an error of the client is none.
func deliver(t *testing.T, line string, answer any) error {
	t.Helper()
	a := deliverer()
	waiting := map[int]chan string{}
	for id, answered := range a.waiting {
		waiting[id] = answered
	}
	if err := a.deliver(line); err != nil {
		if len(a.waiting) != len(waiting) {
			t.Errorf("%q is no answer, and somebody has it", line)
		}
		return err
	}
	for id, answered := range waiting {
		if _, still := a.waiting[id]; still {
			continue
		}
		_, err := readReply(<-answered, answer)
		return err
	}
	t.Errorf("%q is an answer, and nobody has it", line)
	return nil
}

// FuzzAdapterLine looks for a line of a program that is lost, is an error at length, or
// whose error would act on a terminal. Commands are taken where it is written.
func FuzzAdapterLine(f *testing.F) {
	for _, line := range []string{
		`{"id":1,"ok":true,"name":"x","version":"1","capabilities":["fetch"],"client":{"token_format":"jwt"}}`,
		`{"id":2,"ok":true,"status":200,"headers":{"a":"b"},"body":"{}","thrown":{"name":"E"}}`,
		`{"id":3,"ok":false,"error":{"code":"c","name":"N","message":"\u001b[2J\\n::error::x","cause":{"a":[1]}}}`,
		`{"id":1,"ok":true,"url":"http://a","kept":"b"}`, `{"id":1,"ok":1}`, `{"ID":1,"id":2,"OK":true}`, "::error::x", "{}",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, answer := range []any{&Hello{}, &Told{}, &Fetched{}, &Left{}, &struct{}{}} {
			if err := deliver(t, line, answer); err != nil {
				acts := func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }
				if text := err.Error(); len(text) > 4*maxQuoted+200 || strings.ContainsFunc(text, acts) {
					t.Errorf("%q: %v", line, err)
				}
			}
		}
	})
}
