package main

type verdict int

const (
	right verdict = iota
	leaky
	undecided
)

// A form is the body of a function that returns an error: OPEN opens, CLOSE
// closes, CLOSER is the function that does, OTHER closes another one.
type form struct {
	name    string
	verdict verdict
	pairs   bool // closing too often or another one: not every pair has that
	body    string
}

// outer are the forms that close outside of the block in which they open: what
// is opened needs a variable around both.
var outer = map[string]bool{"WrongCondition": true, "Correlated": true, "CorrelatedNumber": true, "Flag": true, "DeferFlag": true, "BreakCloses": true}

var forms = []form{
	{"Never", leaky, false, "OPEN\nwork()\n"},
	{"EarlyReturn", leaky, false, "OPEN\nif fail {\n\treturn errFailed\n}\nCLOSE\n"},
	{"SecondReturn", leaky, false, "OPEN\nif n == 1 {\n\tCLOSE\n\treturn errFailed\n}\nif fail {\n\treturn errFailed\n}\nCLOSE\n"},
	{"SwitchCase", leaky, false, "OPEN\nswitch n {\ncase 1:\n\tCLOSE\ncase 2:\n\twork()\ndefault:\n\tCLOSE\n}\n"},
	{"ElseBranch", leaky, false, "OPEN\nif fail {\n\tCLOSE\n} else {\n\twork()\n}\n"},
	{"ConditionalDefer", leaky, false, "OPEN\nif fail {\n\tdefer CLOSE\n}\nwork()\n"},
	{"LoopBreak", leaky, false, "for range xs {\n\tOPEN\n\tif fail {\n\t\tbreak\n\t}\n\tCLOSE\n}\n"},
	{"LoopContinue", leaky, false, "for _, v := range xs {\n\tOPEN\n\tif v == n {\n\t\tcontinue\n\t}\n\tCLOSE\n}\n"},
	{"LabelBreak", leaky, false, "outer:\nfor range xs {\n\tOPEN\n\tfor _, v := range xs {\n\t\tif v == n {\n\t\t\tbreak outer\n\t\t}\n\t}\n\tCLOSE\n}\n"},
	{"Goto", leaky, false, "OPEN\nif fail {\n\tgoto end\n}\nCLOSE\nend:\nwork()\n"},
	{"SelectCase", leaky, false, "OPEN\nselect {\ncase <-ch:\n\tCLOSE\ndefault:\n}\n"},
	{"ClosureNotCalled", leaky, false, "OPEN\nend := func() { CLOSE }\nif fail {\n\tend()\n}\n"},
	{"WrongCondition", leaky, false, "if fail {\n\tOPEN\n}\nwork()\nif !fail {\n\tCLOSE\n}\n"},
	{"WrongDeferCondition", leaky, false, "OPEN\ndefer func() {\n\tif fail {\n\t\tCLOSE\n\t}\n}()\nwork()\n"},
	{"InLiteral", leaky, false, "func() {\n\tOPEN\n\tif fail {\n\t\treturn\n\t}\n\tCLOSE\n}()\n"},
	{"ReturnInLoop", leaky, false, "for _, v := range xs {\n\tOPEN\n\tif v == n {\n\t\treturn errFailed\n\t}\n\tCLOSE\n}\n"},
	{"HelperCloses", leaky, false, "func HelperCloses(PARAMS, fail bool) {\nVAR\n\tOPEN\n\tend := CLOSER\n\thelperCloses(func() { end() }, fail)\n}\n\nfunc helperCloses(end func(), fail bool) {\n\tif fail {\n\t\tend()\n\t}\n}\n"},
	{"DoubleClose", leaky, true, "OPEN\nCLOSE\nCLOSE\n"},
	{"CloseAfterDefer", leaky, true, "OPEN\ndefer CLOSE\nif fail {\n\tCLOSE\n\treturn errFailed\n}\n"},
	{"CloseWithoutOpen", leaky, true, "if fail {\n\tOPEN\n}\nCLOSE\n"},
	{"CloseOther", leaky, true, "OPEN\nOTHER\n"},
	{"Reassigned", leaky, true, "OPEN\nif fail {\n\tx = y\n}\nCLOSE\n"},
	{"DeferInLoop", leaky, true, "for range xs {\n\tOPEN\n\tdefer CLOSE\n}\n"},
	{"OpenInLoop", leaky, true, "for range xs {\n\tOPEN\n}\nCLOSE\n"},
	{"TwoLoops", leaky, true, "for range n {\n\tOPEN\n}\nfor range len(xs) {\n\tCLOSE\n}\n"},

	{"Defer", right, false, "OPEN\ndefer CLOSE\nif fail {\n\treturn errFailed\n}\nwork()\n"},
	{"BothBranches", right, false, "OPEN\nif fail {\n\tCLOSE\n\treturn errFailed\n}\nCLOSE\n"},
	{"Correlated", right, false, "if fail {\n\tOPEN\n}\nwork()\nif fail {\n\tCLOSE\n}\n"},
	{"CorrelatedNumber", right, false, "if n > 3 {\n\tOPEN\n}\nwork()\nif n > 3 {\n\tCLOSE\n}\n"},
	{"Flag", right, false, "open := false\nif n == 3 {\n\tOPEN\n\topen = true\n}\nwork()\nif open {\n\tCLOSE\n}\n"},
	{"DeferClosure", right, false, "OPEN\ndefer func() {\n\twork()\n\tCLOSE\n}()\nif fail {\n\treturn errFailed\n}\n"},
	{"DeferFlag", right, false, "open := false\ndefer func() {\n\tif open {\n\t\tCLOSE\n\t}\n}()\nif fail {\n\tOPEN\n\topen = true\n}\nwork()\n"},
	{"Loop", right, false, "for _, v := range xs {\n\tOPEN\n\tif v == n {\n\t\tCLOSE\n\t\tcontinue\n\t}\n\tCLOSE\n}\n"},
	{"NamedCloser", right, false, "OPEN\nend := func() { CLOSE }\nif fail {\n\tend()\n\treturn errFailed\n}\nend()\n"},
	{"MethodValue", right, false, "OPEN\nend := CLOSER\nif fail {\n\tend()\n\treturn errFailed\n}\nend()\n"},
	{"Switch", right, false, "OPEN\nswitch n {\ncase 1:\n\tCLOSE\n\treturn errFailed\ncase 2:\n\twork()\n}\nCLOSE\n"},
	{"Literal", right, false, "OPEN\nfunc() {\n\tCLOSE\n}()\n"},
	{"EndlessLoop", right, false, "for {\n\tOPEN\n\tif fail {\n\t\tCLOSE\n\t\treturn errFailed\n\t}\n\tCLOSE\n}\n"},
	{"GotoEnd", right, false, "OPEN\nif fail {\n\tgoto end\n}\nwork()\nend:\nCLOSE\n"},
	{"Select", right, false, "OPEN\nselect {\ncase <-ch:\n\tCLOSE\n\treturn errFailed\ndefault:\n}\nCLOSE\n"},
	{"ConditionalOpenDefer", right, false, "if fail {\n\tOPEN\n\tdefer CLOSE\n}\nwork()\n"},
	{"BreakCloses", right, false, "for {\n\tOPEN\n\tif fail {\n\t\tbreak\n\t}\n\tCLOSE\n}\nCLOSE\n"},
	{"Twice", right, true, "OPEN\nCLOSE\nOPEN\nCLOSE\n"},
	{"Pause", right, true, "OPEN\nfor range xs {\n\tCLOSE\n\twork()\n\tOPEN\n}\nCLOSE\n"},

	{"ClosersInMap", undecided, true, "ends := map[int]func(){}\nOPEN\nends[n] = func() { CLOSE }\nends[n]()\n"},
	{"CloserInChannel", undecided, true, "ends := make(chan func(), 1)\nOPEN\nends <- func() { CLOSE }\nif fail {\n\t(<-ends)()\n}\n"},
}
