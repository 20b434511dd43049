package target

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// enough is a time in which what must happen happens on the slowest machine.
const enough = 2 * time.Minute

// TestMain lets this very program play an adapter: the variable names how it
// behaves.
func TestMain(m *testing.M) {
	if behaviour := os.Getenv("DPOPSPEC_TEST_ADAPTER"); behaviour != "" {
		switch {
		case strings.HasPrefix(behaviour, "capable:"):
			playCapable(strings.Split(strings.TrimPrefix(behaviour, "capable:"), ","))
		default:
			playAdapter(behaviour)
		}
		return
	}
	os.Exit(m.Run())
}

func playAdapter(behaviour string) {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var request struct {
			ID int
			Op string
		}
		json.Unmarshal(in.Bytes(), &request)
		switch {
		case request.Op == "hello" && behaviour != "mute":
			fmt.Printf(`{"id":%d,"ok":true,"name":"test","version":"1","capabilities":["fetch"]}`+"\n", request.ID)
		case behaviour == "mute":
			select {}
		case behaviour == "crash":
			fmt.Fprintln(os.Stderr, "it broke")
			os.Exit(3)
		case behaviour == "garbage":
			fmt.Println("Listening on port 3000")
		case behaviour == "other id":
			fmt.Printf(`{"id":%d,"ok":true}`+"\n", request.ID+7)
		case behaviour == "endless line":
			fmt.Printf(`{"id":%d,"ok":true,"token_type":"%s"}`+"\n", request.ID, strings.Repeat("x", 5<<20))
		case behaviour == "no ok":
			fmt.Printf(`{"id":%d}`+"\n", request.ID)
		case behaviour == "environment":
			text, _ := json.Marshal(os.Getenv("AUTH0_DPOP_PUBLIC_KEY"))
			fmt.Printf(`{"id":%d,"ok":true,"token_type":%s}`+"\n", request.ID, text)
		default:
			const refusal = `{"code":"X","name":"LibraryError","message":"no","cause":{"a":1}}`
			fmt.Printf(`{"id":%d,"ok":false,"error":%s}`+"\n", request.ID, refusal)
		}
	}
}

func openTestAdapter(t *testing.T, behaviour string, env map[string]string) (Driver, error) {
	t.Helper()
	target := Default()
	target.Limits.Timeout = enough
	target.Client = &RealClient{Command: Command{Args: []string{os.Args[0]},
		Env: map[string]string{"DPOPSPEC_TEST_ADAPTER": behaviour}}}
	session := &Session{Target: target}
	d, err := session.OpenClient(t.Context(), Conditions{Env: env})
	if err == nil {
		t.Cleanup(d.Close)
	}
	return d, err
}

func TestAnErrorOfTheClientIsToldFromAFailureOfTheAdapter(t *testing.T) {
	d, err := openTestAdapter(t, "client error", nil)
	if err != nil {
		t.Fatal(err)
	}
	if !d.Hello().Can(CanFetch) || d.Hello().Can(CanPAR) {
		t.Errorf("capabilities %v", d.Hello().Capabilities)
	}
	_, err = d.Login(t.Context(), LoginOrder{})
	var said *ClientError
	if !errors.As(err, &said) || said.Code != "X" || !strings.Contains(said.Text(), `{"a":1}`) {
		t.Errorf("got %v", err)
	}
}

func TestAFailureOfTheAdapterNamesTheProgramAndLasts(t *testing.T) {
	for behaviour, words := range map[string]string{
		"crash":    "it broke",
		"garbage":  "Listening on port 3000",
		"other id": "with the id",
		"no ok":    `neither "ok"`,

		"endless line": "a line of more than 4 MiB",
	} {
		d, err := openTestAdapter(t, behaviour, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Token(t.Context(), TokenOrder{Grant: "refresh"})
		var said *ClientError
		if err == nil || errors.As(err, &said) || !strings.Contains(err.Error(), words) ||
			!strings.Contains(err.Error(), os.Args[0]) {
			t.Errorf("%s: got %v", behaviour, err)
		}
		if again := d.Configure(t.Context(), Setup{}); again == nil {
			t.Errorf("%s: the broken adapter was asked again", behaviour)
		}
	}
}

func TestASilentAdapterCostsTheTimeout(t *testing.T) {
	target := Default()
	target.Client = &RealClient{Command: Command{Args: []string{os.Args[0]},
		Env: map[string]string{"DPOPSPEC_TEST_ADAPTER": "mute"}}}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if d, err := (&Session{Target: target}).OpenClient(ctx, Conditions{}); err == nil {
		d.Close()
		t.Fatal("a silent adapter was taken")
	}
}

func TestTheEnvironmentIsThatOfTheScenarioAlone(t *testing.T) {
	t.Setenv("AUTH0_DPOP_PUBLIC_KEY", "somebody's own")
	for _, env := range []map[string]string{nil, {"AUTH0_DPOP_PUBLIC_KEY": "the scenario's"}} {
		d, err := openTestAdapter(t, "environment", env)
		if err != nil {
			t.Fatal(err)
		}
		told, err := d.Token(t.Context(), TokenOrder{})
		if err != nil || told.TokenType != env["AUTH0_DPOP_PUBLIC_KEY"] {
			t.Errorf("the adapter sees %q, %v", told.TokenType, err)
		}
	}
}
