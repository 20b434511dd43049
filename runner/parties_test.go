package runner

import (
	"testing"

	"github.com/dpopspec/dpopspec/target"
)

// A party that dpopspec starts listens on another port each time: the shards of a run have
// one target nonetheless.
func TestAPartyThatIsStartedIsNamedByItsCommand(t *testing.T) {
	configured := target.Default()
	command := target.Command{Args: []string{"./orders", "-v"}}
	configured.APIs = []target.RealAPI{{Name: "orders", Command: command}}
	configured.AuthorizationServer = &target.RealAuthorizationServer{Command: command}
	session := &target.Session{Target: configured, APIs: []target.RealAPI{{Name: "orders", Command: command, URL: "http://127.0.0.1:4711"}}}
	session.Metadata.Issuer = "http://127.0.0.1:4712"
	for _, p := range parties(configured, session)[:2] {
		if p.Where != "[./orders -v]" {
			t.Errorf("%s: %s", p.Role, p.Where)
		}
	}
	session.APIs[0].Command, configured.AuthorizationServer.Command = target.Command{}, target.Command{}
	for i, want := range []string{"http://127.0.0.1:4712", "http://127.0.0.1:4711"} {
		if p := parties(configured, session)[i]; p.Where != want {
			t.Errorf("%s: %s", p.Role, p.Where)
		}
	}
}
