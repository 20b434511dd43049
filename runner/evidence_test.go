package runner

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
)

// A hundred answers of a megabyte, whatever they are made of, must not make a report of
// a hundred megabytes.
func TestWhatAReportShowsOfAnExchangeIsBounded(t *testing.T) {
	const megabyte = 1 << 20
	short := wire.Fields{}
	for range megabyte / 6 {
		short = append(short, wire.Field{Name: "a", Value: "b"})
	}
	deep := base64.RawURLEncoding.EncodeToString([]byte(
		`{"a":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`))
	long := strings.Repeat("x", megabyte)
	for name, e := range map[string]wire.Exchange{
		"short lines":         {Status: 200, Answer: short, Fields: short},
		"a long line":         {Status: 200, Answer: wire.Fields{{Name: "a", Value: long}}},
		"a long name":         {Status: 200, Answer: wire.Fields{{Name: long, Value: "a"}}},
		"a long body":         {Status: 200, Reply: []byte(long), Body: []byte(long)},
		"many members":        {Status: 200, Reply: []byte(`{"a":1` + strings.Repeat(`,"a":1`, megabyte/6) + `}`)},
		"octets":              {Status: 200, Reply: []byte(strings.Repeat("\xff", megabyte))},
		"a long target":       {Status: 200, Target: "/" + long},
		"a deep proof":        {Status: 200, Fields: wire.Fields{{Name: "DPoP", Value: deep + "." + deep + ".a"}}},
		"a large proof":       {Status: 200, Fields: wire.Fields{{Name: "DPoP", Value: long + "." + long + ".a"}}},
		"many facts":          {Status: 200, Facts: []wire.Fact{{Name: "panic", Value: long}}},
		"an error to its end": {Status: 0, Err: &wire.TooLarge{Octets: megabyte}},
	} {
		shown := exchanges([]world.Shown{{Title: "request", Exchange: &e}})[0]
		octets := len(shown.Request) + len(shown.Response)
		if shown.Proof != nil {
			octets += len(shown.Proof.Header) + len(shown.Proof.Claims) + len(shown.Proof.Problem)
		}
		if most := 2*(maxHead+3*maxShown) + 2*maxShown; octets > most {
			t.Errorf("%s: %d octets are shown, of %d at most", name, octets, most)
		}
	}
	if text := request(&wire.Exchange{Method: "GET", Fields: short}); !strings.Contains(text, " more field lines (") {
		t.Error("nothing is said of the lines that are not shown")
	}
}

func TestTheTokensOfACaseAreBoundedAndMaskedWhereTheyWereCut(t *testing.T) {
	token := "secret." + strings.Repeat("x", 1<<20)
	many := `{"access_token":"` + token + `"` + strings.Repeat(`,"access_token":"0123456789abcdefghijklmnopqrstuvwxyz"`, 30_000) + "}"
	shown := []world.Shown{{Title: "request", Exchange: &wire.Exchange{
		Status: 200, Reply: []byte(many), Answer: wire.Fields{{Name: "X-Echo", Value: token}},
	}}}
	secrets := cameBy(shown)
	octets := 0
	for _, s := range secrets {
		octets += len(s)
	}
	if octets > maxSecrets {
		t.Errorf("%d octets of tokens are kept", octets)
	}
	c := reports.NewRedactor().Case(reports.Case{Exchanges: exchanges(shown), Secrets: secrets})
	if text := c.Exchanges[0].Response; strings.Contains(text, "secret.xxxxxxxx") {
		t.Errorf("the beginning of a token is shown: %.300s", text)
	}
}

// A room shows what it saw of one party at a time; a reader follows the case.
func TestExchangesStandInTheOrderOfTime(t *testing.T) {
	began := time.Unix(100, 0)
	var shown []world.Shown
	for _, after := range []time.Duration{2, 0, 3, 1} {
		e := &wire.Exchange{Method: "GET", Target: "/", Host: "h", Began: began.Add(after), Took: time.Second}
		shown = append(shown, world.Shown{Title: fmt.Sprint(int(after)), Exchange: e})
	}
	for i, e := range exchanges(shown) {
		if e.Title != fmt.Sprint(i) || e.URL != "http://h/" || e.Took != time.Second {
			t.Errorf("%d: %+v", i, e)
		}
	}
	if shown[0].Title != "2" {
		t.Error("the evidence itself was sorted")
	}
}
