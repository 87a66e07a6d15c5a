package lock

var Explain = explain
