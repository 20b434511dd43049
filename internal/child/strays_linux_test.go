package child

import (
	"io"
	"os"
	"os/exec"
	"slices"
	"testing"
)

// leavers are programs with a helper that leaves their group, and holds the sign.
var leavers = map[string]string{
	"setsid":      `setsid sh -c 'exec 3> "$HELD" >/dev/null 2>&1; echo >&4; sleep 600' 4> "$UP" & read up < "$UP"; `,
	"twice apart": `(setsid setsid -f sh -c 'exec 3> "$HELD" >&- 2>&-; echo >&4; sleep 600' 4> "$UP" &); read up < "$UP"; `,
}

func needSetsid(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("there is no setsid here")
	}
}

// What leaves the group ends with a program, and with us, as all else does.
func init() {
	if _, err := exec.LookPath("setsid"); err == nil {
		for name, script := range leavers {
			scripts["has a helper that left, "+name] = script + "echo ready; sleep 600"
		}
	}
}

func TestWhatHasLeftTheGroupEndsWhenTheProgramDoes(t *testing.T) {
	needSetsid(t)
	for _, script := range leavers {
		held := newSign(t)
		p, err := Start(t.Context(), spec(t, script+"echo ready; exit 0", held))
		if err != nil {
			t.Fatal(err)
		}
		ready(t, p.Stdout)
		held.gone(t)
		p.End(enough)
	}
}

// A server may leave its group and be silent: it ends when it is told to.
func TestADaemonGoesOnUntilItsEnd(t *testing.T) {
	needSetsid(t)
	held := newSign(t)
	s := spec(t, leavers["twice apart"]+"echo ready", held)
	s.Background = true
	p, err := Start(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	ready(t, p.Stdout)
	if !p.Within(enough) {
		t.Fatal("it does not end")
	}
	f := <-held.opened
	held.opened <- f
	names, err := os.ReadDir("/proc")
	if err != nil || !slices.ContainsFunc(names, func(e os.DirEntry) bool {
		return bearsNow(e.Name(), markOf(p.command.Env))
	}) {
		t.Errorf("the daemon was ended: %v", err)
	}
	p.End(0)
	held.gone(t)
}

// A program that a library starts, such as a browser.
func TestWhatAnAdoptedProgramHasStartedEndsWithIt(t *testing.T) {
	needSetsid(t)
	held := newSign(t)
	s := spec(t, leavers["setsid"]+"echo ready; sleep 600", held)
	c := exec.Command(s.Args[0], s.Args[1:]...)
	c.Env = s.Env
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	Apart(c)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	end := Adopt(c)
	ready(t, out)
	end()
	held.gone(t)
	io.Copy(io.Discard, out)
	c.Wait()
}

func TestWhoIsMeantByAMark(t *testing.T) {
	env := marked([]string{"A=1", markName + "=outer.3"})
	mark := markOf(env)
	text := env[0] + "\x00" + env[1] + "\x00"
	for _, m := range []string{mark, us, "outer.3", "outer"} {
		if !bears(text, m) {
			t.Errorf("%q does not bear %q", text, m)
		}
	}
	for _, m := range []string{mark + "1", "uter.3", "outer.31", mark[:len(mark)-1], us[1:]} {
		if bears(text, m) {
			t.Errorf("%q bears %q", text, m)
		}
	}
}
