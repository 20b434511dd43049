package mutants

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

// tokenHash sets ath where there is a token to be hashed.
func tokenHash(hash func(token string) string) inClient {
	return redraft(func(r client.ProofRequest, d *dpop.Draft) {
		if r.AccessToken != "" {
			d.Claims.Set("ath", hash(r.AccessToken))
		}
	})
}

// proofCounter goes on over restarts: it is the counter of a machine.
var proofCounter atomic.Int64

func sha512Hash(token string) string {
	sum := sha512.Sum512([]byte(token))
	return dpop.EncodeSegment(sum[:])
}

// clientProofBugs are wrong drafts.
var clientProofBugs = []row{
	{id: "CL-006", variant: "counter", does: "jti is a counter", breaks: ids{"RFC9449-4.2-07"},
		change: claim("jti", func(client.ProofRequest) any { return strconv.FormatInt(1e15+proofCounter.Add(1), 10) })},
	{id: "CL-006", variant: "timestamp", does: "jti is the time", breaks: ids{"RFC9449-4.2-07"},
		change: claim("jti", func(client.ProofRequest) any { return strconv.FormatInt(time.Now().UnixNano(), 10) })},
	{id: "CL-006", variant: "float", does: "jti is the text of a random float", breaks: ids{"RFC9449-4.2-07"},
		change: claim("jti", func(client.ProofRequest) any { return strconv.FormatUint(rand.Uint64()>>12, 36) })},
	{id: "CL-007", does: "jti restarts when the process does", breaks: ids{"RFC9449-4.2-07"},
		change: inClient(func(p *client.Policy) {
			var lock sync.Mutex
			seeded := rand.New(rand.NewPCG(1, 2))
			claim("jti", func(client.ProofRequest) any {
				lock.Lock()
				defer lock.Unlock()
				return fmt.Sprintf("%016x%016x", seeded.Uint64(), seeded.Uint64())
			})(p)
		})},
	{id: "CL-008", variant: "jwt", does: "typ is JWT", breaks: ids{"RFC9449-4.2-01"},
		change: redraft(func(_ client.ProofRequest, d *dpop.Draft) { d.Header.Set("typ", "JWT") })},
	{id: "CL-008", variant: "missing", does: "typ is missing", breaks: ids{"RFC9449-4.2-01"},
		change: redraft(func(_ client.ProofRequest, d *dpop.Draft) { d.Header.Delete("typ") })},
	{id: "CL-013", does: "jwk is a symmetric key", breaks: ids{"RFC9449-4.2-05"},
		change: redraft(func(_ client.ProofRequest, d *dpop.Draft) {
			var jwk dpop.Object
			jwk.Add("kty", "oct")
			jwk.Add("k", "c2VjcmV0")
			d.Header.Set("jwk", jwk)
		})},
	{id: "CL-014", does: "EC coordinates without leading zeros", breaks: ids{"RFC7518-3.4-01"},
		change: redraft(func(r client.ProofRequest, d *dpop.Draft) {
			jwk := r.Key.JWK()
			for _, name := range []string{"x", "y"} {
				if text, err := jwk.Text(name); err == nil {
					octets, _ := dpop.DecodeSegment(text)
					jwk.Set(name, dpop.EncodeSegment(withoutZeros(octets)))
				}
			}
			d.Header.Set("jwk", jwk)
		})},
	{id: "CL-019", variant: "lower-case", does: "htm in lower case", breaks: ids{"RFC9449-4.2-08"},
		change: claim("htm", func(r client.ProofRequest) any { return strings.ToLower(r.Method) })},
	{id: "CL-019", variant: "upper-case", does: "htm in upper case, whatever the method", breaks: ids{"RFC9449-4.2-08"},
		change: claim("htm", func(r client.ProofRequest) any { return strings.ToUpper(r.Method) })},
	{id: "CL-020", does: "htm of the first request is kept on redirect and retry",
		breaks: ids{"RFC9449-4.2-08", "RFC9449-7.3-02"}, change: previous("htm")},
	{id: "CL-021", variant: "query", does: "htu with the query", breaks: ids{"RFC9449-4.2-10"},
		change: claim("htu", func(r client.ProofRequest) any { return r.URI })},
	{id: "CL-021", variant: "fragment", does: "htu with a fragment", breaks: ids{"RFC9449-4.2-10"},
		change: redraft(func(_ client.ProofRequest, d *dpop.Draft) {
			htu, _ := d.Claims.Text("htu")
			d.Claims.Set("htu", htu+"#")
		})},
	{id: "CL-022", variant: "base-url", does: "htu is the issuer or base URL", breaks: ids{"RFC9449-4.2-09"},
		change: claim("htu", func(r client.ProofRequest) any { return r.Base })},
	{id: "CL-022", variant: "lower-case", does: "htu in lower case, its path included", breaks: ids{"RFC9449-4.2-09"},
		change: redraft(func(_ client.ProofRequest, d *dpop.Draft) {
			htu, _ := d.Claims.Text("htu")
			d.Claims.Set("htu", strings.ToLower(htu))
		})},
	{id: "CL-022", variant: "unescaped", does: "htu with reserved characters unescaped", breaks: ids{"RFC9449-4.2-09"},
		change: redraft(func(_ client.ProofRequest, d *dpop.Draft) {
			htu, _ := d.Claims.Text("htu")
			d.Claims.Set("htu", strings.ReplaceAll(htu, "%40", "@"))
		})},
	{id: "CL-023", does: "htu is the endpoint published first though the request goes to an alias",
		breaks: ids{"RFC9449-4.2-09"}, change: redraft(func(r client.ProofRequest, d *dpop.Draft) {
			if r.Published != "" {
				d.Claims.Set("htu", r.Published)
			}
		})},
	{id: "CL-024", does: "htu is not updated after a redirect", breaks: ids{"RFC9449-7.3-02"}, change: previous("htu")},
	{id: "CL-026", variant: "milliseconds", does: "iat in milliseconds", breaks: ids{"RFC9449-4.2-11", "RFC7519-2-01"},
		change: claim("iat", func(r client.ProofRequest) any { return r.Now.UnixMilli() })},
	{id: "CL-026", variant: "text", does: "iat is a string", breaks: ids{"RFC9449-4.2-11", "RFC7519-2-01"},
		change: claim("iat", func(r client.ProofRequest) any { return strconv.FormatInt(r.Now.Unix(), 10) })},
	{id: "CL-028", does: "no ath at the API", breaks: ids{"RFC9449-4.2-12"},
		change: redraft(func(_ client.ProofRequest, d *dpop.Draft) { d.Claims.Delete("ath") })},
	{id: "CL-029", does: "ath stays that of the first token", breaks: ids{"RFC9449-7-02"},
		change: inClient(func(p *client.Policy) {
			var first atomic.Pointer[string]
			tokenHash(func(token string) string {
				first.CompareAndSwap(nil, &token)
				return dpop.TokenHash(*first.Load())
			})(p)
		})},
	{id: "CL-030", variant: "padded", does: "ath with padding", breaks: ids{"RFC9449-4.2-13", "RFC9449-11.10-01"},
		change: tokenHash(func(token string) string { return dpop.TokenHash(token) + "=" })},
	{id: "CL-030", variant: "hex", does: "ath in hexadecimal", breaks: ids{"RFC9449-4.2-13", "RFC9449-11.10-01"},
		change: tokenHash(func(token string) string {
			sum, _ := dpop.DecodeSegment(dpop.TokenHash(token))
			return hex.EncodeToString(sum)
		})},
	{id: "CL-030", variant: "sha-512", does: "ath by SHA-512", breaks: ids{"RFC9449-4.2-13", "RFC9449-11.10-01"},
		change: tokenHash(sha512Hash)},
	{id: "CL-030", variant: "standard-alphabet", does: "ath in the ordinary alphabet of base64",
		breaks: ids{"RFC9449-4.2-13", "RFC9449-11.10-01"}, change: tokenHash(func(token string) string {
			sum, _ := dpop.DecodeSegment(dpop.TokenHash(token))
			return base64.RawStdEncoding.EncodeToString(sum)
		})},
	{id: "CL-062", variant: "token-endpoint", does: "the proof of a pushed request names the token endpoint",
		breaks: ids{"RFC9449-10.1-10"}, change: pushedAt(func(m *client.Metadata) string { return m.TokenEndpoint })},
	{id: "CL-062", variant: "authorization-endpoint",
		does:   "the proof of a pushed request names the authorization endpoint",
		breaks: ids{"RFC9449-10.1-10"},
		change: pushedAt(func(m *client.Metadata) string { return m.AuthorizationEndpoint })},
	{id: "CL-066", variant: "crit", does: "proofs with crit", breaks: ids{"RFC9449-4.2-17"},
		change: redraft(func(_ client.ProofRequest, d *dpop.Draft) { d.Header.Set("crit", []string{"exp"}) })},
	{id: "CL-066", variant: "b64", does: "proofs with b64", breaks: ids{"RFC9449-4.2-17"},
		change: redraft(func(_ client.ProofRequest, d *dpop.Draft) { d.Header.Set("b64", true) })},
	{id: "CL-069", does: "iss and sub as before RFC 9449", breaks: ids{"RFC9449-4.2-16"},
		change: redraft(func(r client.ProofRequest, d *dpop.Draft) { d.Claims.Set("iss", r.Base) })},
}

func pushedAt(endpoint func(*client.Metadata) string) inClient {
	return redraft(func(r client.ProofRequest, d *dpop.Draft) {
		if r.Purpose == client.ForPAR {
			d.Claims.Set("htu", endpoint(r.Metadata))
		}
	})
}
