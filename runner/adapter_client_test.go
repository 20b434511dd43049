package runner

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// adapterVariable lets this very program play an adapter of the embedded client: it
// names the age of the protocol.
const adapterVariable = "DPOPSPEC_TEST_CLIENT"

func TestMain(m *testing.M) {
	switch age := os.Getenv(adapterVariable); age {
	case "":
		os.Exit(m.Run())
	default:
		playClient(age == "new")
	}
}

// newWords are the capabilities that an older adapter does not know.
var newWords = []string{
	target.CallsInParallel, target.ResetsByConfigure, target.HasSessions, target.CanRestartLogin, target.CanLogOut,
	target.CallsUserinfo, target.TakesBodyOnce, target.FindsIssuer,
}

// playClient drives the embedded client by the protocol. An older one answers in
// order, and refuses what it does not know.
func playClient(new bool) {
	env := map[string]string{}
	for _, line := range os.Environ() {
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	session := &target.Session{Target: target.Default()}
	d, err := session.OpenClient(context.Background(), target.Conditions{Env: env})
	if err != nil {
		panic(err)
	}
	var writing sync.Mutex
	var underWay sync.WaitGroup
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		line := slices.Clone(in.Bytes())
		answer := func() {
			told := answered(d, line, new)
			writing.Lock()
			defer writing.Unlock()
			fmt.Println(told)
		}
		if !new {
			answer()
			continue
		}
		underWay.Go(answer)
	}
	underWay.Wait()
}

// answered lets the client do what a line asks for.
func answered(d target.Driver, line []byte, new bool) string {
	var request struct {
		ID int
		Op string
	}
	json.Unmarshal(line, &request)
	value, err := asked(context.Background(), d, request.Op, line, new)
	answer := map[string]any{}
	if err == nil && value != nil {
		text, _ := json.Marshal(value)
		json.Unmarshal(text, &answer)
	}
	answer["id"], answer["ok"] = request.ID, err == nil
	var own *target.ClientError
	switch {
	case errors.As(err, &own):
		answer["error"] = own
	case err != nil:
		answer["error"] = map[string]any{"name": "Refusal", "code": "bad_request", "message": err.Error()}
	}
	text, _ := json.Marshal(answer)
	return string(text)
}

func asked(ctx context.Context, d target.Driver, op string, line []byte, new bool) (any, error) {
	switch op {
	case "hello":
		hello := d.Hello()
		hello.Capabilities = slices.DeleteFunc(slices.Clone(hello.Capabilities), func(c string) bool {
			return c == target.InProcess || !new && slices.Contains(newWords, c)
		})
		if new {
			hello.Capabilities = append(hello.Capabilities, target.ResetsByConfigure)
		}
		return hello, nil
	case "configure":
		return nil, d.Configure(ctx, order[target.Setup](line))
	case "login":
		return d.Login(ctx, order[target.LoginOrder](line))
	case "token":
		return d.Token(ctx, order[target.TokenOrder](line))
	case "fetch":
		return d.Fetch(ctx, order[target.FetchOrder](line))
	case "register":
		return nil, d.Register(ctx)
	case "rotate":
		return nil, d.Rotate(ctx, order[target.KeyPair](line))
	}
	if !new {
		return nil, &target.ClientError{Name: "Refusal", Code: "unsupported_op", Message: "no operation " + op}
	}
	switch op {
	case "leave":
		return d.Leave(ctx, order[target.LoginOrder](line))
	case "return":
		return d.Return(ctx, order[target.ReturnOrder](line))
	case "logout":
		return nil, d.Logout(ctx, order[target.SessionOrder](line))
	case "userinfo":
		return d.Userinfo(ctx, order[target.SessionOrder](line))
	}
	return nil, &target.ClientError{Name: "Refusal", Code: "unsupported_op", Message: "no operation " + op}
}

func order[T any](line []byte) (o T) {
	json.Unmarshal(line, &o)
	return o
}

// byAdapter runs cases of the embedded client behind an adapter of that age.
func byAdapter(t *testing.T, age string, chosen func(*Case) bool) map[string]reports.Case {
	t.Helper()
	configured := target.Default()
	configured.Client = &target.RealClient{Command: target.Command{
		Args: []string{os.Args[0]}, Env: map[string]string{adapterVariable: age},
	}}
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, configured, Selection{Subjects: []target.Role{target.ClientRole}})
	if err != nil {
		t.Fatal(err)
	}
	plan.Cases = slices.DeleteFunc(plan.Cases, func(c *Case) bool { return !chosen(c) })
	run, err := Run(t.Context(), plan, configured, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]reports.Case{}
	for _, c := range run.Cases {
		cases[c.ID] = c
	}
	return cases
}

// An adapter that was written before its protocol grew is driven as it was, and what
// it can be asked it is judged for alike.
func TestAnOlderAdapterIsJudgedAsANewerOne(t *testing.T) {
	longtable.Once(t)
	chosen := func(c *Case) bool {
		for _, begin := range []string{"client-fetch/", "client-nonce/", "client-code/", "client-parallel/", "client-sessions/"} {
			if strings.HasPrefix(c.ID, begin) {
				return true
			}
		}
		return false
	}
	before, now := byAdapter(t, "old", chosen), byAdapter(t, "new", chosen)
	passed := map[string]int{}
	for id, old := range before {
		young := now[id]
		for age, c := range map[string]reports.Case{"older": old, "newer": young} {
			switch c.Verdict {
			case reports.Passed:
				passed[age]++
			case reports.Skipped:
			default:
				t.Errorf("the %s adapter: %s: %s: %s", age, c.ID, c.Verdict, c.Reason)
			}
		}
		lacks := slices.ContainsFunc(newWords, func(word string) bool {
			return strings.HasSuffix(old.Reason, "does not name the capability "+word)
		})
		if old.Verdict != young.Verdict && !lacks {
			t.Errorf("%s: %s by the older adapter, %s by the newer: %s", id, old.Verdict, young.Verdict, old.Reason)
		}
	}
	if passed["older"] < 90 || passed["newer"] < passed["older"]+20 {
		t.Errorf("%v of %d cases passed", passed, len(before))
	}
}
