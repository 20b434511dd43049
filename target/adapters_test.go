package target

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// playCapable is an adapter that names some capabilities. A fetch waits for the next
// one and is answered after it; "/crash" is its end. The type of a token is what its
// process calls itself, with the number of cases that it has served.
func playCapable(capabilities []string) {
	in := bufio.NewScanner(os.Stdin)
	served := 0
	var held []int
	for in.Scan() {
		var request struct {
			ID  int
			Op  string
			URL string
		}
		json.Unmarshal(in.Bytes(), &request)
		answer := map[string]any{"id": request.ID, "ok": true}
		switch request.Op {
		case "hello":
			answer["name"], answer["version"], answer["capabilities"] = "test", "1", capabilities
		case "configure":
			if served++; served == 2 && os.Getenv("DPOPSPEC_TEST_SECOND") == "crash" {
				os.Exit(4)
			}
			fmt.Fprintf(os.Stderr, "case %d\n", served)
		case "token":
			answer["token_type"] = fmt.Sprintf("%d/%d", os.Getpid(), served)
		case "fetch":
			if request.URL == "/crash" {
				os.Exit(3)
			}
			if held = append(held, request.ID); len(held) < 2 {
				continue
			}
			for _, id := range slices.Backward(held) {
				fmt.Printf(`{"id":%d,"ok":true,"status":200,"headers":{},"body":"%d"}`+"\n", id, id)
			}
			held = nil
			continue
		}
		line, _ := json.Marshal(answer)
		fmt.Println(string(line))
	}
}

func capable(t *testing.T, env map[string]string, capabilities ...string) *Session {
	t.Helper()
	target := Default()
	target.Limits.Timeout = enough
	program := map[string]string{"DPOPSPEC_TEST_ADAPTER": "capable:" + strings.Join(capabilities, ",")}
	for name, value := range env {
		program[name] = value
	}
	target.Client = &RealClient{Command: Command{Args: []string{os.Args[0]}, Env: program}}
	s := &Session{Target: target}
	t.Cleanup(s.Close)
	return s
}

// served opens a client for a case and tells which process serves it, and how manyth
// case that is for it.
func served(t *testing.T, s *Session, around Conditions) (d Driver, process, number string) {
	t.Helper()
	d, err := s.OpenClient(t.Context(), around)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Configure(t.Context(), Setup{}); err != nil {
		t.Fatal(err)
	}
	told, err := d.Token(t.Context(), TokenOrder{})
	if err != nil {
		t.Fatal(err)
	}
	process, number, _ = strings.Cut(told.TokenType, "/")
	return d, process, number
}

func TestAnswersComeInAnyOrderFromAnAdapterThatNamesIt(t *testing.T) {
	d, err := capable(t, nil, CallsInParallel).OpenClient(t.Context(), Conditions{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var group sync.WaitGroup
	bodies := make([]string, 2)
	for i := range bodies {
		group.Go(func() {
			f, err := d.Fetch(t.Context(), FetchOrder{})
			if err != nil {
				t.Error(err)
				return
			}
			bodies[i] = f.Body
		})
	}
	group.Wait()
	if slices.Sort(bodies); !slices.Equal(bodies, []string{"2", "3"}) {
		t.Errorf("the answers %v came to the requests 2 and 3", bodies)
	}
}

func TestAProgramThatEndsFailsAllThatIsUnderWay(t *testing.T) {
	d, err := capable(t, nil, CallsInParallel).OpenClient(t.Context(), Conditions{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var group sync.WaitGroup
	for _, url := range []string{"/orders", "/crash"} {
		group.Go(func() {
			_, err := d.Fetch(t.Context(), FetchOrder{URL: url})
			var said *ClientError
			if err == nil || errors.As(err, &said) {
				t.Errorf("%s: got %v", url, err)
			}
		})
	}
	group.Wait()
}

func TestAProcessServesManyCasesWhereConfigureResetsIt(t *testing.T) {
	s := capable(t, nil, ResetsByConfigure)
	first, process, _ := served(t, s, Conditions{Env: map[string]string{"A": "1"}})
	first.Close()
	for s.adapters.idle[0].process.stderr.String() != "case 1" { // it comes another way than the answers
		time.Sleep(time.Millisecond)
	}
	second, again, number := served(t, s, Conditions{Env: map[string]string{"A": "1"}})
	if again != process || number != "2" {
		t.Errorf("the second case was served by %s as its case %s, the first by %s", again, number, process)
	}
	if log := second.Output(); log != "case 2" {
		t.Errorf("the log of the second case is %q", log)
	}
	second.Close()
	if _, another, _ := served(t, s, Conditions{Env: map[string]string{"A": "1"}}); another == process {
		t.Error("a process was used again though its log had ended it")
	}
}

func TestAProcessIsNotUsedAgainWhereThatWouldTell(t *testing.T) {
	for name, row := range map[string]struct {
		capabilities []string
		next         Conditions
	}{
		"another environment": {[]string{ResetsByConfigure}, Conditions{Env: map[string]string{"A": "2"}}},
		"a new start":         {[]string{ResetsByConfigure}, Conditions{Env: map[string]string{"A": "1"}, Anew: true}},
		"an older adapter":    {[]string{CanFetch}, Conditions{Env: map[string]string{"A": "1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := capable(t, nil, row.capabilities...)
			first, process, _ := served(t, s, Conditions{Env: map[string]string{"A": "1"}})
			first.Close()
			if _, again, number := served(t, s, row.next); again == process || number != "1" {
				t.Errorf("the process %s served its case %s", again, number)
			}
		})
	}
}

// What a process dies of before it has done anything for a case is not that case's.
func TestAProcessThatDiesBetweenTwoCasesIsReplaced(t *testing.T) {
	s := capable(t, map[string]string{"DPOPSPEC_TEST_SECOND": "crash"}, ResetsByConfigure)
	first, process, _ := served(t, s, Conditions{})
	first.Close()
	if _, again, number := served(t, s, Conditions{}); again == process || number != "1" {
		t.Errorf("the process %s served its case %s", again, number)
	}
}

func TestAClientThatIsAskedNothingIsStartedOnce(t *testing.T) {
	s := capable(t, nil, CanFetch)
	started := 0
	for range 3 {
		d, err := s.OpenClient(t.Context(), Conditions{})
		if err != nil {
			t.Fatal(err)
		}
		if !d.Hello().Can(CanFetch) {
			t.Errorf("capabilities %v", d.Hello().Capabilities)
		}
		if d.(*driven).adapter != nil {
			started++
		}
		d.Close()
	}
	if started != 1 {
		t.Errorf("%d processes were started", started)
	}
}
