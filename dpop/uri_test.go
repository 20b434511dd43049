package dpop

import "testing"

func TestURIsAreComparedAfterNormalisation(t *testing.T) {
	const target = "https://rs.example:8443/a/%2Fb/Res~1"
	for _, c := range []struct {
		requirement, htu, target string
		same                     bool
	}{
		{"45", "https://rs.example:8443/other", target, false},
		{"45", "https://rs.example:8443/a/%2Fb", target, false},
		{"45", "https://rs.example:8443/a/%2Fb/Res~1/child", target, false},
		{"45", "https://rs.example:8443/a/%2Fb/Res~12", target, false},
		{"46", "https://other.example:8443/a/%2Fb/Res~1", target, false},
		{"46", "https://sub.rs.example:8443/a/%2Fb/Res~1", target, false},
		{"46", "https://rs.example.evil.example:8443/a/%2Fb/Res~1", target, false},
		{"46", "https://evil.example/https://rs.example:8443/a/%2Fb/Res~1", target, false},
		{"46", "https://rs.example:8443@evil.example/a/%2Fb/Res~1", target, false},
		{"47", "http://rs.example:8443/a/%2Fb/Res~1", target, false},
		{"48", "https://rs.example:8444/a/%2Fb/Res~1", target, false},
		{"48", "https://rs.example/a/%2Fb/Res~1", target, false},
		{"48", "https://rs.example:80/x", "https://rs.example/x", false},
		{"48", "http://rs.example:443/x", "http://rs.example/x", false},
		{"49", "https://rs.example:8443/A/%2Fb/Res~1", target, false},
		{"50", target + "/", target, false},
		{"50", "https://rs.example/x", "https://rs.example/x/", false},
		{"51", "https://rs.example/x", "https://rs.example/x?y=1", true},
		{"52", target + "?x=1", target, true},
		{"52", target + "#f", target, true},
		{"52", target + "?x=1#f", target + "?y=2", true},
		{"52", target + "#f?x", target, true},
		{"53", "https://rs.example/res", "https://rs.example/res%3Fx=1", false},
		{"53", "https://rs.example/res?x=1", "https://rs.example/res%3Fx=1", false},
		{"53", "https://rs.example/res%3Fx=1", "https://rs.example/res?x=1", false},
		{"53", "https://rs.example/a/b", "https://rs.example/a%2Fb", false},
		{"53", "https://rs.example/a%2fb", "https://rs.example/a/b", false},
		{"53", "https://rs.example/x/%2e%2e%2fa", "https://rs.example/a", false},
		{"53", "https://rs.example/%2561", "https://rs.example/a", false},
		{"53", "https://rs.example/a%23f", "https://rs.example/a", false},
		{"54", "HTTPS://RS.EXAMPLE:8443/a/%2Fb/Res~1", target, true},
		{"55", "https://rs.example:443/x", "https://rs.example/x", true},
		{"55", "http://rs.example/x", "http://rs.example:80/x", true},
		{"56", "https://rs.example:/x", "https://rs.example/x", true},
		{"57", "https://rs.example", "https://rs.example/", true},
		{"57", "https://rs.example?x", "https://rs.example/", true},
		{"58", "https://rs.example:8443/%61/%2Fb/Res%7E1", target, true},
		{"58", "https://rs.example/a-b", "https://rs.example/a%2db", true},
		{"59", "https://rs.example:8443/a/%2fb/Res%7e1", target, true},
		{"60", "https://rs.example/a/./b", "https://rs.example/a/b", true},
		{"60", "https://rs.example/a/x/../b", "https://rs.example/a/b", true},
		{"60", "https://rs.example/./a/b", "https://rs.example/a/b", true},
		{"60", "https://rs.example/../a/b", "https://rs.example/a/b", true},
		{"60", "https://rs.example/a/b/.", "https://rs.example/a/b/", true},
		{"60", "https://rs.example/a/x/%2E%2e/b", "https://rs.example/a/b", true},
		{"60", "https://rs.example/a/b/..", "https://rs.example/a/b", false},
		{"60", "https://rs.example/a/../b", "https://rs.example/a/b", false},
		{"61", "/token", "https://rs.example/token", false},
		{"61", "//rs.example/token", "https://rs.example/token", false},
		{"61", "token", "https://rs.example/token", false},
		{"61", "rs.example/token", "https://rs.example/token", false},
		{"61", "urn:x", "https://rs.example/token", false},
		{"61", "mailto:a@rs.example", "https://rs.example/token", false},
		{"61", ":::", "https://rs.example/token", false},
		{"61", "", "https://rs.example/", false},
		{"61", "https:///token", "https://rs.example/token", false},
		{"61", "https:/rs.example/token", "https://rs.example/token", false},
		{"61", "https:rs.example/token", "https://rs.example/token", false},
		{"61", "https://rs.example/to\nken", "https://rs.example/token", false},
		{"61", "https://rs.example/token\x00", "https://rs.example/token", false},
		{"61", " https://rs.example/token", "https://rs.example/token", false},
		{"61", `https:\\rs.example\token`, "https://rs.example/token", false},
		{"61", "https://rs.example/%zz", "https://rs.example/%zz", false},
		{"61", "https://rs.example:99999999/x", "https://rs.example:99999999/x", false},
		{"61", "https://rs.example:0x1bb/x", "https://rs.example/x", false},
		{"62", "https://user:pw@rs.example/x", "https://rs.example/x", false},
		{"62", "https://@rs.example/x", "https://rs.example/x", false},
		{"63", "https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x", true},
		{"63", "https://[2001:db8::1]/x", "https://[2001:db8::2]/x", false},
		{"63", "https://[::1]:443/x", "https://[::1]/x", true},
		{"63", "https://rs.example./x", "https://rs.example/x", false},
		{"61", "https://[::", "https://[::", false},
		{"61", "https://[::1/x", "https://[::1/x", false},
		{"61", "https://[::1]]/x", "https://[::1]]/x", false},
		{"61", "https://[::1]x/x", "https://[::1]x/x", false},
		{"61", "https://[x]/x", "https://[x]/x", false},
		{"61", "https://[::1%25eth0]/x", "https://[::1%25eth0]/x", false},
		{"61", "https://[127.0.0.1]/x", "https://[127.0.0.1]/x", false},
		{"63", "https://::1/x", "https://[::1]/x", false},
	} {
		err := SameURI(c.htu, c.target)
		if (err == nil) != c.same {
			t.Errorf("RFC9449-4.3-%s: %q for %q: %v", c.requirement, c.htu, c.target, err)
		}
	}
}

func TestTheTargetIsMadeOfOriginAndRequestTargetAlone(t *testing.T) {
	for _, c := range []struct{ requestTarget, want string }{
		{"/x?y=1", "https://rs.example/x"},
		{"/a%2Fb%3Fc", "https://rs.example/a%2Fb%3Fc"},
		{"https://evil.example/x?y", "https://rs.example/x"},
		{"http://evil.example", "https://rs.example/"},
		{"/x://y", "https://rs.example/x://y"},
		{"//evil.example/x", "https://rs.example//evil.example/x"},
	} {
		if got := TargetURI("https://rs.example", c.requestTarget); got != c.want {
			t.Errorf("%s: %s", c.requestTarget, got)
		}
	}
}
