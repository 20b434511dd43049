package target

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

// introducing is a driver that only introduces itself.
type introducing struct {
	Driver
	hello Hello
}

func (d introducing) Hello() Hello { return d.hello }
func (introducing) Close()         {}

func registered(t *testing.T, configured, told Registration) (Registration, int, error) {
	t.Helper()
	opened := 0
	target := Default()
	target.Client = &RealClient{
		Registration: configured,
		Drive: func(context.Context, Conditions) (Driver, error) {
			opened++
			return introducing{hello: Hello{Name: "it", Client: told}}, nil
		},
	}
	s := &Session{Target: target}
	if _, err := s.Registration(t.Context()); err != nil {
		return Registration{}, opened, err
	}
	r, err := s.Registration(t.Context())
	return r, opened, err
}

func TestAClientIsRegisteredAsTheFileAndThenItsAdapterSay(t *testing.T) {
	r, opened, err := registered(t,
		Registration{ID: "of the file", Subject: "somebody"},
		Registration{
			ID: "of the adapter", Auth: "none", AudienceParameter: NoAudience, RedirectURI: "http://localhost:4000/",
		})
	if err != nil || opened != 1 {
		t.Fatalf("%v, opened %d times", err, opened)
	}
	want := Registration{ID: "of the file", Auth: "none", Subject: "somebody", AudienceParameter: NoAudience,
		RedirectURI: "http://localhost:4000/"}
	if r.ID != want.ID || r.Method() != "none" || r.Subject != want.Subject || r.RedirectURI != want.RedirectURI ||
		r.AudienceParameter != want.AudienceParameter || !r.Fixed() {
		t.Errorf("%+v", r)
	}
	r, _, err = registered(t, Registration{}, Registration{})
	if err != nil || r.Fixed() || r.Method() != "client_secret_post" {
		t.Errorf("%+v, %v: who says nothing is registered as ever", r, err)
	}
}

func TestAnAdapterThatWantsWhatCannotBeIsAnErrorThatNamesIt(t *testing.T) {
	_, _, err := registered(t, Registration{}, Registration{Auth: "tls_client_auth"})
	const words = `the client it cannot be registered as it wants: auth "tls_client_auth"`
	if err == nil || !strings.Contains(err.Error(), words) {
		t.Errorf("%v", err)
	}
	// Each says what could be, both together what cannot.
	_, _, err = registered(t, Registration{Auth: "none"}, Registration{Secret: "s"})
	if err == nil || !strings.Contains(err.Error(), "auth none has no secret") {
		t.Errorf("%v", err)
	}
}

// What a program writes that has nothing to say may be null, an empty text, or nothing.
func TestAnAdapterThatSaysNothingInManyWordsSaysNothing(t *testing.T) {
	silent, err := json.Marshal(Hello{Name: "it"})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		string(silent), `{"client":{}}`, `{"client":null}`, `{"client":{"id":null,"auth":null,"jwks":null}}`,
	} {
		var told Hello
		if err := json.Unmarshal([]byte(text), &told); err != nil {
			t.Fatal(err)
		}
		r, _, err := registered(t, Registration{}, told.Client)
		if err != nil || r.says() {
			t.Errorf("%s: %+v, %v", text, r, err)
		}
	}
}

func TestAJWKSetThatIsNoneIsAnErrorThatNamesTheClient(t *testing.T) {
	_, _, err := registered(t, Registration{}, Registration{JWKS: json.RawMessage(`[]`)})
	if err == nil || !strings.Contains(err.Error(), "the client it cannot be registered as it wants: jwks is no JWK set") {
		t.Errorf("%v", err)
	}
}

func TestTheEmbeddedClientIsRegisteredAsTheFileSays(t *testing.T) {
	got, err := loadText(t, "client: {auth: private_key_jwt, subject: somebody}\n", nil)
	if err != nil || got.Client != nil || got.Parts.Registration.Auth != "private_key_jwt" ||
		got.Parts.Registration.Subject != "somebody" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := loadText(t, "client: {env: {A: b}, auth: none}\n", nil); err == nil {
		t.Error("an environment was taken for a client without a command")
	}
}
