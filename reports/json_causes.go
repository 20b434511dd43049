package reports

// jsonCause is what findings have in common. It is written for readers; ReadJSON
// takes the cases themselves.
type jsonCause struct {
	ID           string      `json:"id"`
	Verdict      Verdict     `json:"verdict"`
	Title        string      `json:"title"`
	Subject      string      `json:"subject"`
	Endpoints    []string    `json:"endpoints"`
	Requirements []string    `json:"requirements"`
	Answer       *jsonAnswer `json:"answer,omitempty"`
	Example      string      `json:"example"`
	Cases        []string    `json:"cases"`
}

type jsonAnswer struct {
	Outcome Outcome `json:"outcome"`
	Status  int     `json:"status"`
	Code    string  `json:"code,omitempty"`
	Words   string  `json:"words,omitempty"`
}

type jsonProblem struct {
	Name   string `json:"name"`
	What   string `json:"what"`
	Answer string `json:"answer"`
	Key    string `json:"key"`
	Remedy string `json:"remedy"`
}

type jsonAdvice struct {
	Text  string `json:"text"`
	Key   string `json:"key"`
	Cases int    `json:"cases"`
}

func jsonCauseOf(c Cause) jsonCause {
	return jsonCause{
		ID: c.ID, Verdict: c.Verdict, Title: c.Title, Subject: c.Subject, Endpoints: list(c.Endpoints, identity),
		Requirements: list(c.Requirements, identity), Answer: jsonAnswerOf(c.Answer), Example: c.Example().ID,
		Cases: list(c.Cases, func(one Case) string { return one.ID }),
	}
}

func jsonAnswerOf(a Answer) *jsonAnswer {
	if a == (Answer{}) {
		return nil
	}
	return (*jsonAnswer)(&a)
}

func (j *jsonAnswer) answer() Answer {
	if j == nil {
		return Answer{}
	}
	return Answer(*j)
}
