package runner

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// lenient is an API of the kind that frameworks make: Bearer tokens are taken
// beside bound ones, who sends no credentials is challenged for Bearer alone, and
// algs stands in the challenge of a bad proof. Of a proof it looks at htm alone.
type lenient struct {
	algs string // of the DPoP challenge; empty: none
	odd  func(w http.ResponseWriter)
}

// ServeHTTP implements http.Handler.
func (l lenient) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch {
	case scheme == "":
		refuse(w, "Bearer")
	case scheme == "Bearer" && bound(token):
		refuse(w, `Bearer error="invalid_token", error_description="the token is bound"`)
	case scheme == "DPoP" && htm(r) != r.Method:
		l.odd(w)
		challenge := `DPoP error="invalid_dpop_proof"`
		if l.algs != "" {
			challenge += `, algs="` + l.algs + `"`
		}
		refuse(w, challenge)
	}
}

func refuse(w http.ResponseWriter, challenge string) {
	w.Header().Set("WWW-Authenticate", challenge)
	w.WriteHeader(http.StatusUnauthorized)
}

// claims returns those of a JWT, unverified.
func claims(jwt string) dpop.Object {
	_, payload, _, _ := dpop.SplitCompact(jwt, dpop.DecodeSegment)
	object, _ := dpop.ParseObject(payload)
	return object
}

func bound(token string) bool { return claims(token).Has("cnf") }

func htm(r *http.Request) string {
	text, _ := claims(r.Header.Get("DPoP")).Text("htm")
	return text
}

// against runs built-in cases against an API that is somebody's, and returns
// their results by id.
func against(t *testing.T, api http.Handler, ids ...string) map[string]reports.Case {
	t.Helper()
	return of(t, realAPI(api), ids...)
}

func realAPI(api http.Handler) *target.Target {
	configured := target.Default()
	serve := func(string) (string, func(), error) {
		server := httptest.NewServer(api)
		return server.URL, server.Close, nil
	}
	configured.APIs = []target.RealAPI{{Name: "orders", Method: "GET", Path: "/orders", Serve: serve}}
	return configured
}

// of runs built-in cases against a target and returns their results by id. Only
// the feature files are planned that the ids begin with.
func of(t *testing.T, configured *target.Target, ids ...string) map[string]reports.Case {
	t.Helper()
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	sources = slices.DeleteFunc(sources, func(s Source) bool {
		file := strings.TrimSuffix(s.Path, ".feature") + "/"
		return !slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, file) })
	})
	plan, err := NewPlan(sources, configured, Selection{IDs: ids})
	if err != nil {
		t.Fatal(err)
	}
	return outcomes(t, plan, configured)
}

func expect(t *testing.T, cases map[string]reports.Case, id string, verdict reports.Verdict, says string) {
	t.Helper()
	c, found := cases[id]
	if told := c.Reason + "; " + c.Actual; !found || c.Verdict != verdict || !strings.Contains(told, says) {
		t.Errorf("%s: expected %s with %q; got %q, %s", id, verdict, says, c.Verdict, told)
	}
}

func sound(http.ResponseWriter) {}

func TestTheAlgorithmsOfAnAPIAreReadFromTheChallengeOfABadProof(t *testing.T) {
	const (
		unlisted = "proof-algorithm/a-proof-with-an-algorithm-that-is-not-advertised-is-refused@api"
		leftOut  = "proof-algorithm/a-proof-with-an-algorithm-that-this-server-leaves-out-is-refused/"
		listed   = leftOut + "es384-though-not-advertised@api"
		each     = "api-challenge/every-algorithm-that-the-challenge-lists-is-accepted@api"
	)
	cases := against(t, lenient{"ES256 ES384", sound}, unlisted, listed, each)
	expect(t, cases, unlisted, reports.Failed, "accepted")
	expect(t, cases, listed, reports.Skipped, "advertised")
	expect(t, cases, each, reports.Passed, "")
	expect(t, against(t, lenient{"", sound}, unlisted), unlisted, reports.Skipped, "advertised")
}

func TestAnAPIThatTakesBearerTokensTooMayChallengeForThoseAlone(t *testing.T) {
	const (
		lacking    = "api-challenge/lacking-credentials-are-answered-with-a-challenge-of-the-dpop-scheme/"
		malformed  = "api-challenge/a-malformed-attempt-is-answered-with-a-challenge-of-the-dpop-scheme/"
		none       = lacking + "no-credentials@api"
		downgraded = malformed + "a-bound-token-as-bearer@api"
		bad        = malformed + "a-proof-whose-htm-is-another-method@api"
	)
	cases := against(t, lenient{"ES256", sound}, none, downgraded, bad)
	expect(t, cases, none, reports.Skipped, "Bearer")
	expect(t, cases, downgraded, reports.Skipped, "Bearer")
	expect(t, cases, bad, reports.Passed, "")
}

func TestAServerThatBreaksDownAtAProofHasFailed(t *testing.T) {
	const (
		refused = "proof-method/a-proof-with-the-method-in-other-letter-case-is-refused/in-lower-case@api"
		formed  = "proof-refusal/the-resource-server-answers-with-status-401/htm-another-method@api"
	)
	cases := against(t, lenient{"ES256", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }}, refused, formed)
	expect(t, cases, refused, reports.Failed, "the connection broke, twice")
	expect(t, cases, formed, reports.Inconclusive, "the connection broke, twice")
	if notes := cases[refused].Notes; len(notes) > 0 {
		t.Errorf("what happens each time is called flaky: %q", notes)
	}
}

func TestATokenThatIsRefusedIsNoVerdictOnTheAPI(t *testing.T) {
	const lower = "api-credentials/the-letter-case-of-the-scheme-does-not-matter/lower-dpop@api"
	cases := against(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, `DPoP error="invalid_token", error_description="typ at+jwt is not allowed"`)
	}), lower)
	expect(t, cases, lower, reports.Skipped, "the API orders refuses the token")
}

func TestTheReasonNamesTheStepThatDidNotHold(t *testing.T) {
	const id = "proof-claims/a-refused-proof-leaves-nothing-behind/typ-jwt@api"
	const reason = "the step did not hold: Then it is refused (proof-claims.feature:"
	expect(t, against(t, lenient{"ES256", sound}, id), id, reports.Failed, reason)
}

// declining is an authorization server that issues tokens for client
// credentials alone, bound where a proof comes, and knows no other token. Its
// endpoint for pushed requests knows nothing of DPoP.
func declining(t *testing.T) *target.Target {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	answer := func(w http.ResponseWriter, status int, text string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, text)
	}
	mux.HandleFunc("/.well-known/", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, strings.ReplaceAll(`{
			"issuer":"@", "token_endpoint":"@/t", "introspection_endpoint":"@/i", "authorization_endpoint":"@/a",
			"pushed_authorization_request_endpoint":"@/p", "dpop_signing_alg_values_supported":["ES256"]
		}`, "@", server.URL))
	})
	mux.HandleFunc("/t", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("grant_type") != "client_credentials" {
			answer(w, 400, `{"error":"invalid_request","error_description":"audience is required"}`)
			return
		}
		answer(w, 200, `{"access_token":"opaque","token_type":"DPoP"}`)
	})
	mux.HandleFunc("/i", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"active":false,"scope":null,"sub":null}`)
	})
	mux.HandleFunc("/p", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 201, `{"request_uri":"urn:ietf:params:oauth:request_uri:1","expires_in":60}`)
	})
	configured := target.Default()
	client := target.RegisteredClient{
		ID: "client", Secret: "secret", Auth: "client_secret_post", RedirectURI: "http://127.0.0.1/cb",
		Grants: []string{"client_credentials", "authorization_code", "urn:ietf:params:oauth:grant-type:token-exchange"},
	}
	configured.AuthorizationServer = &target.RealAuthorizationServer{
		Issuer: server.URL, Clients: []target.RegisteredClient{client},
	}
	return configured
}

func TestAGrantThatIsRefusedWithoutAProofTooTellsNothingOfDPoP(t *testing.T) {
	const id = "as-token/a-proof-binds-the-token-of-every-grant/token-exchange@token"
	expect(t, of(t, declining(t), id), id, reports.Skipped, "gets no token by token-exchange")
}

func TestAMemberThatIsNullSaysNothingOfAnInactiveToken(t *testing.T) {
	const id = "as-introspection/nothing-is-said-of-an-inactive-token"
	expect(t, of(t, declining(t), id), id, reports.Passed, "")
}

func TestAPushEndpointThatKnowsNothingOfDPoPIsNotBlamedForEachCheck(t *testing.T) {
	const id = "proof-method/a-proof-with-the-method-in-other-letter-case-is-refused/in-lower-case@par"
	expect(t, of(t, declining(t), id), id, reports.Inconclusive, "it looks at none")
	const once = "as-par/a-pushed-request-whose-dpop-field-holds-no-proof-is-refused@par"
	expect(t, of(t, declining(t), once), once, reports.Failed, "")
}

func TestAnAPIMayTakeTokensOfAnotherTyp(t *testing.T) {
	const (
		sound = "api-binding/a-bound-token-with-a-proof-by-its-key-is-accepted@api"
		plain = "api-token/a-jwt-access-token-is-validated-beside-its-proof/is-of-the-type-jwt@api"
	)
	configured := realAPI(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		header, _, _, _ := dpop.SplitCompact(token, dpop.DecodeSegment)
		object, _ := dpop.ParseObject(header)
		if typ, _ := object.Text("typ"); typ != "JWT" {
			refuse(w, `DPoP error="invalid_token"`)
		}
	}))
	expect(t, of(t, configured, sound), sound, reports.Skipped, "the API orders refuses the token")
	configured.APIs[0].TokenTyp = "JWT"
	cases := of(t, configured, sound, plain)
	expect(t, cases, sound, reports.Passed, "")
	expect(t, cases, plain, reports.Skipped, "typ JWT")
}

func TestAForwardingFieldThatIsBelievedByLoopbackIsReportedAsSuch(t *testing.T) {
	const id = "proof-target/the-sender-does-not-choose-the-uri-by-a-forwarding-field/x-forwarded-host-host@api"
	cases := against(t, lenient{"ES256", sound}, id)
	expect(t, cases, id, reports.Failed, "accepted")
	if notes := strings.Join(cases[id].Notes, " "); !strings.Contains(notes, "127.0.0.2") {
		t.Errorf("the notes are %q", notes)
	}
}
