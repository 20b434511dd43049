package curl

import (
	"os/exec"
	"strings"
	"testing"
)

// arguments lets a shell read a command and returns what curl would be started with.
func arguments(t *testing.T, command string, environment ...string) []string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	shell := exec.Command(bash, "-c", `curl() { printf '%s\0' "$@"; }`+"\n"+command)
	shell.Env = environment
	shell.Dir = t.TempDir()
	out, err := shell.Output()
	if err != nil {
		t.Fatalf("%v of\n%s", err, command)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func holds(list []string, want string) bool {
	for _, one := range list {
		if one == want {
			return true
		}
	}
	return false
}

func TestWhatIsMaskedIsToBeSet(t *testing.T) {
	command := Command("https://as.example/token", "POST /token HTTP/1.1\nHost: as.example\nContent-Length: 9\n"+
		"Authorization: Basic [masked]\nDPoP: eyJ0eXAiOi…(440)\nContent-Type: application/x-www-form-urlencoded\n\n"+
		"client_id=c&client_secret=[masked]&refresh_token=v1.abc…(33)&path=[masked]")
	got := arguments(t, command, "MASKED_AUTHORIZATION=b", "MASKED_DPOP=p", "MASKED_CLIENT_SECRET=s 1",
		"MASKED_REFRESH_TOKEN=r", "MASKED_PATH=x")
	for _, want := range []string{"https://as.example/token", "POST", "Authorization: Basic b", "DPoP: p",
		"client_id=c&client_secret=s 1&refresh_token=r&path=x"} {
		if !holds(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	if holds(got, "Host: as.example") || holds(got, "Content-Length: 9") {
		t.Errorf("curl makes these by itself: %q", got)
	}
	if !strings.HasPrefix(command, "# The DPoP proof is single-use") {
		t.Error("nobody says that the proof serves once")
	}
}

func TestAStrangersBytesStayOneWord(t *testing.T) {
	for _, hostile := range []string{
		"'; touch owned; '", `"$(touch owned)"`, "`touch owned`", "a\nb", "\\", "!!", "é\u202e\x1b[2J", "--output", "@/etc/passwd",
		"${HOME}", "$'x'", "a\\'b", "\xff\xfe", "#", "*", "", "$MASKED_X", "\\\n", "'\\''",
	} {
		name := strings.NewReplacer("\n", "", ";", "", ":", "").Replace(hostile)
		request := "GET /x HTTP/1.1\nX-" + name + ": " + strings.ReplaceAll(hostile, "\n", " ") + "\n\n" + hostile
		got := arguments(t, Command("http://h/"+hostile, request), "HOME=/nobody")
		want := []string{"http://h/" + hostile}
		if hostile != "" {
			want = append(want, hostile, "X-"+name+": "+strings.ReplaceAll(hostile, "\n", " "))
		}
		for _, one := range want {
			if !holds(got, one) {
				t.Errorf("%q: %q is missing in %q", hostile, one, got)
			}
		}
	}
}

func TestWhatCurlWouldReadOtherwiseIsLeftOut(t *testing.T) {
	command := Command("http://h/", "GET / HTTP/1.1\n@/etc/passwd: x\n… and 3 more field lines (9 octets)\nEmpty:\n\na\x00b")
	got := arguments(t, command)
	if strings.Contains(strings.Join(got, " "), "passwd") || holds(got, "a") || !holds(got, "Empty;") ||
		strings.Count(command, "# ") != 2 {
		t.Errorf("got %q", command)
	}
}

func FuzzACommandHasNoWordsOfItsOwn(f *testing.F) {
	f.Add("'", "x")
	f.Fuzz(func(t *testing.T, value, body string) {
		if strings.ContainsAny(value+body, "\x00") {
			return
		}
		command := Command("http://h/", "GET / HTTP/1.1\nX: "+value+"\n\n"+body)
		for _, c := range []byte(command) {
			if (c < ' ' && c != '\n') || c > '~' {
				t.Fatalf("%q", command)
			}
		}
	})
}
