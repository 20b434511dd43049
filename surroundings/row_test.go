package surroundings

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEveryRowSaysWhatItDoesAndWhatMayComeOfIt(t *testing.T) {
	form := regexp.MustCompile(`^SU-\d\d/[a-z0-9]+(-[a-z0-9]+)*$`)
	known := map[string]bool{}
	for _, r := range All() {
		if !form.MatchString(r.Name()) || known[r.Name()] || known[r.Way] {
			t.Errorf("the name %s is taken, or has another form than %s", r.Name(), form)
		}
		known[r.Name()], known[r.Way] = true, true
		if r.Does == "" {
			t.Errorf("%s does not say what it does", r.Name())
		}
		for _, s := range []Subject{Honest, Lax} {
			if r.Plays(s) != (r.Allowed(s).Conformance != nil) {
				t.Errorf("%s: plays %q: %v; what may come of it: %v", r.Name(), s, r.Plays(s), r.Allowed(s).Conformance)
			}
		}
	}
}

func TestARowIsFoundByEachOfItsNames(t *testing.T) {
	for name, want := range map[string]string{
		"SU-01/wrong-secret": "[SU-01/wrong-secret]", "wrong-secret": "[SU-01/wrong-secret]",
		"SU-02": "[SU-02/wrong-audience SU-02/wrong-scope]", "delay-2s": "[SU-10/delay-2s]",
	} {
		rows, err := Select(name)
		var names []string
		for _, r := range rows {
			names = append(names, r.Name())
		}
		if err != nil || fmt.Sprint(names) != want {
			t.Errorf("%s: %v, %v; want %s", name, names, err, want)
		}
	}
	if _, err := Select("SU-12/401-5-persent"); err == nil ||
		!strings.Contains(err.Error(), "the nearest name is SU-12/401-5-percent") {
		t.Errorf("a name that is misspelt: %v", err)
	}
	all, err := Select("")
	if err != nil || slices.ContainsFunc(all, func(r Row) bool { return r.Slow }) || len(all) < 50 {
		t.Errorf("without a name: %d rows, %v; slow ones want to be named", len(all), err)
	}
}

func TestTheLotIsTheSameForASeedAPartyAndARequest(t *testing.T) {
	draw := func(seed uint64, party string) (drawn []bool) {
		w := &way{seed: seed, party: party}
		for range 4000 {
			w.requests.Add(1)
			drawn = append(drawn, w.chance(0.2))
		}
		return drawn
	}
	first := draw(1, "as")
	if !slices.Equal(first, draw(1, "as")) {
		t.Error("one seed draws two lots")
	}
	if slices.Equal(first, draw(2, "as")) || slices.Equal(first, draw(1, "api")) {
		t.Error("another seed, or another party, draws the same")
	}
	hits := 0
	for _, hit := range first {
		if hit {
			hits++
		}
	}
	if math.Abs(float64(hits)/4000-0.2) > 0.03 {
		t.Errorf("%d of 4000 where a fifth was to be", hits)
	}
}

// dates are the Date lines of the issuer's metadata, and whether the surroundings
// counted that.
func dates(t *testing.T, s *Scene) []string {
	t.Helper()
	defer s.Close()
	answer, err := http.Get(s.Target.AuthorizationServer.Issuer + "/.well-known/oauth-authorization-server")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.Header["Date"]
}

func TestTheDateIsOffAsTheRowSaysAndNotWithoutIt(t *testing.T) {
	rows, err := Select("date-plus-1h")
	if err != nil {
		t.Fatal(err)
	}
	ahead := func(s *Scene, err error) time.Duration {
		if err != nil {
			t.Fatal(err)
		}
		lines := dates(t, s)
		if len(lines) != 1 {
			t.Fatalf("Date: %q", lines)
		}
		date, err := http.ParseTime(lines[0])
		if err != nil {
			t.Fatal(err)
		}
		return time.Until(date).Round(time.Hour)
	}
	if off := ahead(rows[0].Disturbed(Honest, 1)); off != time.Hour {
		t.Errorf("Date is %v ahead", off)
	}
	if off := ahead(rows[0].Undisturbed(Honest)); off != 0 {
		t.Errorf("without the row Date is %v ahead", off)
	}
	if off := ahead(rows[0].Disturbed(Honest, 3)); off != 0 {
		t.Errorf("the third seed disturbs the API alone; Date of the issuer is %v ahead", off)
	}
	for name, want := range map[string]int{"date-missing": 0, "date-twice": 2} {
		rows, err := Select(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := rows[0].Disturbed(Honest, 1)
		if err != nil {
			t.Fatal(err)
		}
		if lines := dates(t, s); len(lines) != want || s.Disturbed() != 1 {
			t.Errorf("%s: Date %q, counted %d times", name, lines, s.Disturbed())
		}
	}
}

func TestAFirstRequestIsGrantedAndLaterOnesAreRefused(t *testing.T) {
	rows, err := Select("first-of-each-token")
	if err != nil {
		t.Fatal(err)
	}
	s, err := rows[0].Disturbed(Lax, 3) // at the API alone
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i, want := range []int{0, 1, 2, 2} { // by then disturbed so often
		request, err := http.NewRequest("GET", s.Target.APIs[0].URL+"/orders", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "DPoP "+[]string{"one", "one", "one", "two"}[i])
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if s.Disturbed() != want {
			t.Errorf("after %d requests %d were disturbed, want %d", i+1, s.Disturbed(), want)
		}
	}
}
