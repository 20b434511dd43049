package runner

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
)

func TestServedRequestsAreJudgedByWhatStoodOnTheWire(t *testing.T) {
	served, err := Serve(t.Context(), ServeOptions{AuthorizationServer: "127.0.0.1:0", API: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer served.Close()
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	client := wire.NewClient(wire.Connection{Timeout: time.Minute})
	defer client.Close()
	call := func(htm, htu string) {
		t.Helper()
		draft := dpop.NewDraft(key, dpop.Occasion{Method: htm, URI: served.API + "/orders"}, time.Now())
		draft.Claims.Set("htu", htu)
		proof, err := draft.Sign(key)
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
	call("GET", served.API+"/orders")
	call("POST", served.API+"/orders")
	call("GET", served.API+"/orders?x=1")
	want := []struct {
		verdict     reports.Verdict
		requirement string
	}{{reports.Passed, ""}, {reports.Failed, "RFC9449-4.2-08"}, {reports.Failed, "RFC9449-4.2-10"}}
	run := served.Run()
	if len(run.Cases) != len(want) {
		t.Fatalf("%d requests were judged", len(run.Cases))
	}
	for i, c := range run.Cases {
		var ids []string
		for _, r := range c.Requirements {
			ids = append(ids, r.ID)
		}
		if c.Verdict != want[i].verdict || strings.Join(ids, " ") != want[i].requirement {
			t.Errorf("request %d: %s %v (%s)", i+1, c.Verdict, ids, c.Actual)
		}
	}
}

// A client that sends no proof was not tested, and one that reads metadata first is no less so.
func TestRequestsWithoutAProofAreNoVerdict(t *testing.T) {
	for _, proven := range []bool{false, true} {
		served, err := Serve(t.Context(), ServeOptions{AuthorizationServer: "127.0.0.1:0", API: "127.0.0.1:0"})
		if err != nil {
			t.Fatal(err)
		}
		defer served.Close()
		key, err := dpop.GenerateKey("ES256")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/jwks", "/orders"} {
			r, _ := http.NewRequest(http.MethodGet, served.API+path, nil)
			if proven && path == "/orders" {
				proof, err := dpop.NewProof(key, dpop.Occasion{Method: "GET", URI: served.API + path}, time.Now())
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("DPoP", proof)
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
		}
		want, code := reports.CouldNotTest, reports.ExitCouldNotTest
		if proven {
			want, code = reports.Conformant, reports.ExitConformant
		}
		if run := served.Run(); run.Conformance() != want || run.ExitCode() != code {
			t.Errorf("with a proof %v: %s, exit code %d: %+v", proven, run.Conformance(), run.ExitCode(), run.Summary())
		}
	}
}

// The real URL is an https one there, and so must htu be.
func TestServedRequestsAreJudgedByTheirRealURLWhateverTheLook(t *testing.T) {
	look, err := mockas.FindLook("auth0")
	if err != nil {
		t.Fatal(err)
	}
	served, err := Serve(t.Context(), ServeOptions{AuthorizationServer: "127.0.0.1:0", API: "127.0.0.1:0", Look: look})
	if err != nil {
		t.Fatal(err)
	}
	defer served.Close()
	trusted, err := os.ReadFile(served.Authority)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(trusted)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	endpoint := served.Issuer + "oauth/token"
	for _, htu := range []string{endpoint, strings.Replace(endpoint, "https:", "http:", 1)} {
		proof, err := dpop.NewDraft(key, dpop.Occasion{Method: "POST", URI: htu}, time.Now()).Sign(key)
		if err != nil {
			t.Fatal(err)
		}
		form := "grant_type=client_credentials&client_id=confidential&client_secret=confidential-secret"
		request, err := http.NewRequestWithContext(t.Context(), "POST", endpoint, strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("DPoP", proof)
		response, err := transport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.ProtoMajor != 2 {
			t.Errorf("the answer came by %s", response.Proto)
		}
	}
	if run := served.Run(); len(run.Cases) != 2 || run.Cases[0].Verdict != reports.Passed ||
		run.Cases[1].Verdict != reports.Failed || run.Cases[1].Requirements[0].ID != "RFC9449-4.2-09" {
		t.Errorf("%+v", run.Cases)
	}
}

func TestServeRefusesToListenBeyondLoopbackUnlessAskedTwice(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0"} {
		served, err := Serve(t.Context(), ServeOptions{AuthorizationServer: address, API: "127.0.0.1:0"})
		if err == nil {
			served.Close()
			t.Errorf("%s was taken", address)
		}
	}
}
