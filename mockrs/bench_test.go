package mockrs_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
)

// benchAudience is what tokens of the benchmarks are for.
const benchAudience = "https://orders.example"

// BenchmarkServedRequests measures DPoP requests a second over HTTP on
// loopback: of the embedded API as scenarios use it, with its recordings, and
// of express-oauth2-jwt-bearer where npm has installed it. Both take turns, so
// that what else the machine does weighs on both. Proofs are made beforehand.
//
//	go test ./mockrs -run '^$' -bench ServedRequests -benchtime 10000x
func BenchmarkServedRequests(b *testing.B) {
	trusted := discovery()
	defer trusted.Close()
	config := mockrs.Config{Issuer: trusted.URL, Audience: benchAudience, Keys: issuerKeys}
	embedded, err := wire.Listen(wire.Options{Name: "API"}, func(origin string) http.Handler {
		return mockrs.New(origin, config)
	})
	if err != nil {
		b.Fatal(err)
	}
	defer embedded.Close()
	express, stop := startExpress(b, trusted.URL)
	defer stop()
	ours, theirs := newLoad(b, embedded.URL, trusted.URL), newLoad(b, express, trusted.URL)
	defer ours.client.CloseIdleConnections()
	defer theirs.client.CloseIdleConnections()
	b.ResetTimer()
	for done := 0; done < b.N; done += batch {
		ours.run(b, min(batch, b.N-done))
		theirs.run(b, min(batch, b.N-done))
	}
	b.ReportMetric(ours.rate(), "mockrs/s")
	b.ReportMetric(theirs.rate(), "express/s")
	b.ReportMetric(ours.rate()/theirs.rate(), "times")
}

// batch is how many requests one of both serves before it is the other's turn.
const batch = 500

// BenchmarkAuthorize measures what an API does for one request, without HTTP.
func BenchmarkAuthorize(b *testing.B) {
	api := mockrs.New(origin, mockrs.Config{Issuer: issuer, Audience: benchAudience, Keys: issuerKeys})
	token := benchToken(b, issuer)
	proofs := make([]string, b.N)
	for i := range proofs {
		proofs[i] = benchProof(b, origin+"/orders", token)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		r := request("GET", "/orders", "Authorization: DPoP "+token, "DPoP: "+proofs[i])
		if failure := api.Authorize(r); failure != nil {
			b.Fatal(failure.Reason)
		}
	}
}

func benchToken(b *testing.B, issuer string) string {
	b.Helper()
	var claims dpop.Object
	claims.Add("iss", issuer)
	claims.Add("aud", benchAudience)
	claims.Add("sub", "person-1")
	claims.Add("iat", time.Now().Unix())
	claims.Add("exp", time.Now().Add(time.Hour).Unix())
	claims.Add("cnf", map[string]string{"jkt": clientKey.Thumbprint})
	header := fmt.Sprintf(`{"typ":"at+jwt","alg":"ES256","kid":%q}`, issuerKey.Thumbprint)
	token, err := dpop.SignCompact(issuerKey, []byte(header), claims.JSON())
	if err != nil {
		b.Fatal(err)
	}
	return token
}

func benchProof(b *testing.B, uri, token string) string {
	b.Helper()
	proof, err := dpop.NewProof(clientKey, dpop.Occasion{Method: "GET", URI: uri, AccessToken: token}, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	return proof
}

// load is what one API is asked and how long it took to answer.
type load struct {
	client     *http.Client
	url, token string
	sent       int
	took       time.Duration
}

func newLoad(b *testing.B, url, issuer string) *load {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	return &load{client: client, url: url + "/orders", token: benchToken(b, issuer)}
}

func (l *load) rate() float64 { return float64(l.sent) / l.took.Seconds() }

// run sends requests on eight connections, each with a proof of its own.
func (l *load) run(b *testing.B, count int) {
	b.Helper()
	proofs := make(chan string, count)
	for range count {
		proofs <- benchProof(b, l.url, l.token)
	}
	close(proofs)
	var refused atomic.Int64
	var group sync.WaitGroup
	started := time.Now()
	for range 8 {
		group.Go(func() {
			for proof := range proofs {
				if get(l.client, l.url, l.token, proof) != http.StatusOK {
					refused.Add(1)
				}
			}
		})
	}
	group.Wait()
	l.took += time.Since(started)
	l.sent += count
	if n := refused.Load(); n > 0 {
		b.Fatalf("%s refused %d of %d requests", l.url, n, count)
	}
}

func get(client *http.Client, url, token, proof string) int {
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		return 0
	}
	r.Header["Authorization"], r.Header["DPoP"] = []string{"DPoP " + token}, []string{proof}
	answer, err := client.Do(r)
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

// discovery serves what an API needs to trust the issuer.
func discovery() *httptest.Server {
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path != "/jwks" {
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q,"id_token_signing_alg_values_supported":["ES256"]}`,
				server.URL, server.URL+"/jwks")
			return
		}
		jwk := issuerKey.JWK()
		jwk.Set("kid", issuerKey.Thumbprint)
		jwk.Set("use", "sig")
		jwk.Set("alg", issuerKey.Algorithm)
		fmt.Fprintf(w, `{"keys":[%s]}`, jwk.JSON())
	}))
	return server
}

// startExpress starts the example server of fixtures, or skips the benchmark.
func startExpress(b *testing.B, issuer string) (url string, stop func()) {
	folder := filepath.Join("..", "fixtures", "servers", "express")
	if _, err := os.Stat(filepath.Join(folder, "node_modules")); err != nil {
		b.Skip("run npm install in fixtures/servers/express first")
	}
	command := exec.Command("node", "server.mjs")
	command.Dir = folder
	command.Env = append(os.Environ(), "DPOPSPEC_ISSUER="+issuer, "DPOPSPEC_AUDIENCE="+benchAudience,
		"DPOP_MODE=required", "PORT=0", "NODE_ENV=production")
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		b.Skip(err)
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	var ready struct{ URL string }
	if err != nil || json.Unmarshal(line, &ready) != nil || ready.URL == "" {
		b.Fatalf("the server did not start: %s %v", line, err)
	}
	return ready.URL, func() {
		command.Process.Kill()
		command.Wait()
	}
}
