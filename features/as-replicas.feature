@battery @at:token @at:par @at:userinfo
Feature: The instances of an authorization server are one server
  RFC 9449 §8 and §11.1: an authorization server that runs as several instances behind
  one URL is one: what one has taken the others refuse, what one has given they take.

  @RFC9449-11.1-02 @RFC9449-11.1-03
  Scenario: A proof that one instance has taken is refused by another
    Given the authorization server has a second instance
    And a proof has been accepted
    When an instance of the server gets the proof that another has taken
    Then it is refused

  @RFC9449-11.1-02 @RFC9449-11.1-03
  Scenario: Another instance takes a proof of its own
    Given the authorization server has a second instance
    And an honest proof is accepted
    When an instance of the server gets a proof of its own
    Then it is accepted

  @RFC9449-8-17
  Scenario Outline: The nonce of one instance leads to a grant at another
    Given the server requires a nonce
    And the authorization server has a second instance
    And an honest proof is accepted
    When an instance of the server gets a nonce of the <which>
    Then it is accepted, or one challenge leads out

    Examples:
      | which  |
      | first  |
      | second |
