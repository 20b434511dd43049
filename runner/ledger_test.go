package runner

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
)

func TestALedgerKeepsFindingsOfEachKindAndTheNewestOfTheRest(t *testing.T) {
	var l ledger
	const times = 100_000
	for i := range times {
		c := reports.Case{ID: fmt.Sprint(i + 1), Verdict: reports.Passed}
		switch {
		case i == 77_777:
			c.Verdict, c.Requirements = reports.Failed, []reports.Requirement{{ID: "rare"}}
		case i%3 == 0:
			c.Verdict, c.Requirements = reports.Failed, []reports.Requirement{{ID: "often"}}
		}
		l.add(c)
	}
	cases, unlisted := l.list()
	if most := mostFindings + mostOthers; len(cases) > most {
		t.Errorf("%d cases are listed, of %d at most", len(cases), most)
	}
	rare, newest := 0, false
	for _, c := range cases {
		newest = newest || c.ID == fmt.Sprint(times-1)
		if len(c.Requirements) > 0 && c.Requirements[0].ID == "rare" {
			rare++
		}
	}
	if rare != 1 || !newest {
		t.Errorf("the rare finding is listed %d times, the newest case: %v", rare, newest)
	}
	run := reports.Run{Cases: cases, Unlisted: unlisted}
	if s := run.Summary(); s.Total != times || s.Failed != times/3+2 || s.Passed != times-s.Failed {
		t.Errorf("counted: %+v", s)
	}
	if run.Conformance() != reports.NotConformant {
		t.Error("findings that are not listed do not count")
	}
}

func TestWhatServeKeepsDoesNotGrowWithTheRequests(t *testing.T) {
	served, err := Serve(t.Context(), ServeOptions{AuthorizationServer: "127.0.0.1:0", API: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer served.Close()
	key, err := dpop.GenerateKey("EdDSA")
	if err != nil {
		t.Fatal(err)
	}
	client := wire.NewClient(wire.Connection{Timeout: time.Minute})
	defer client.Close()
	call := func(times int) (heap uint64) {
		for range times {
			proof, err := dpop.NewProof(key, dpop.Occasion{Method: "GET", URI: served.API + "/orders"}, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			request := wire.Request{
				Method: "GET", URL: served.API + "/orders", Fields: wire.Fields{{Name: "DPoP", Value: proof}},
			}
			if _, err := client.Do(t.Context(), request); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		runtime.GC() // what pools hold lives for two
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	const times = 1500 // after which as much is kept as ever will be
	once := call(times)
	twice := call(times)
	if grown := (float64(twice) - float64(once)) / times; grown > 512 {
		t.Errorf("%.0f octets are kept of a request", grown)
	}
	if s := served.Run(); s.Unlisted.Total == 0 || s.Unlisted.Passed+len(s.Cases) != 2*times {
		t.Errorf("%d cases are listed and %+v are not", len(s.Cases), s.Unlisted)
	}
}
