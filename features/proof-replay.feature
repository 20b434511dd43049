@battery
Feature: The proof is used once
  RFC 9449 §11.1: to limit replay, servers store the jti of each proof for as long as it
  would be accepted, in the context of the target URI.

  @RFC9449-11.1-02 @at:userinfo @at:api
  Scenario: A proof is refused at its second use
    Given a proof has been accepted
    When the same proof comes again
    Then it is refused

  @RFC9449-11.1-03 @at:token @at:par
  Scenario: A proof is refused at the second request to the authorization server
    Given a proof has been accepted
    When the same proof comes again
    Then it is refused

  @RFC9449-11.1-02 @at:userinfo @at:api
  Scenario: A proof is refused at its second use a second later
    Given a proof has been accepted
    When the same proof comes again a second later
    Then it is refused

  @RFC9449-11.1-02 @at:userinfo @at:api
  Scenario: Of parallel copies one is accepted
    When 20 copies of one request come at once
    Then exactly one of them is accepted

  @RFC9449-11.1-03 @RFC9449-11.1-02 @at:token @at:par
  Scenario: Of parallel copies the authorization server accepts one
    When 20 copies of one request come at once
    Then exactly one of them is accepted

  @RFC9449-11.1-04 @at:token @at:par @at:userinfo @at:api
  Scenario: A used proof is remembered for as long as it would be accepted
    When the same proof comes again at the end of its time
    Then it is refused

  @RFC9449-11.1-04 @aggressive @at:api
  Scenario: Many other proofs do not push a used one out of the memory
    Given a proof has been accepted
    When the same proof comes again after many others
    Then it is refused

  @RFC9449-11.1-05 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario: The jti of one key does not block another key
    Given a proof has been accepted
    When a proof by another key has the same jti
    Then it is accepted

  @RFC9449-11.1-06 @at:token @at:par @at:userinfo @at:api
  Scenario: The same jti for another URI is accepted or refused
    Given a proof has been accepted
    When a proof for another URI has the same jti
    Then it is accepted or refused

  @RFC9449-11.1-07 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A used proof in another spelling is refused
    Given a proof has been accepted
    When the same proof comes again with <change>
    Then it is refused

    Examples:
      | change                         |
      | a malleated signature          |
      | trailing bits in the signature |

  @RFC9449-11.1-07 @at:token @at:par @at:userinfo @at:api
  Scenario: A used proof whose Ed25519 signature is raised by the group order is refused
    Given the client's key is for "EdDSA"
    And a proof has been accepted
    When the same proof comes again with a raised signature
    Then it is refused

  @RFC9449-11.1-07 @at:token @at:par @at:userinfo @at:api
  Scenario: A used jti under another nonce is refused
    Given the server requires a nonce
    And a proof has been accepted
    When a proof with a newer nonce has the same jti
    Then it is refused

  @RFC9449-11.1-07 @at:token @at:par @at:userinfo @at:api
  Scenario: A used jti under another iat is refused
    Given a proof has been accepted
    When a proof that was made a second before has the same jti
    Then it is refused

  @RFC9449-11.1-11 @at:token @at:par @at:userinfo @at:api
  Scenario: A nonce does not take the place of the memory
    Given the server requires a nonce
    And a proof has been accepted
    When the same proof comes again
    Then it is refused

  @RFC9449-11.1-02 @at:userinfo @at:api
  Scenario: Another query does not make a used proof new
    Given a proof has been accepted
    When the same proof comes again with another query
    Then it is refused

  @RFC9449-11.1-02 @RFC9449-11.1-03 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Another spelling of its URI does not make a used proof new
    Given the endpoint has the address "http://server.example/at/here"
    And a proof has been accepted
    When the same proof comes again with <spelling>
    Then it is refused

    Examples:
      | spelling                      |
      | its host in capitals          |
      | its default port              |
      | an escaped letter in its path |

  @RFC9449-11.1-02 @at:api
  Scenario: A proof for POST is used once as well
    Given the request has the method "POST"
    And a proof has been accepted
    When the same proof comes again
    Then it is refused

  @RFC9449-11.1-02 @RFC9449-11.1-03 @RFC9449-11.1-04 @at:token @at:par @at:userinfo @at:api
  Scenario: Twenty other proofs do not push a used one out of the memory
    Given a proof has been accepted
    When the same proof comes again after twenty others
    Then it is refused

  # Seen is seen (RFC 9449 §11.1), whatever became of the request.
  @RFC9449-11.1-03 @at:token @at:par
  Scenario: A proof whose request failed for another reason is used up
    Given an honest proof is accepted
    And a proof has been used for a request that failed for another reason
    When the same proof comes again
    Then it is refused

  @RFC9449-11.1-08 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A refused proof does not use its jti up
    Given an honest proof is accepted
    When an honest proof has the jti of one that was refused because its <part> is <value>
    Then it is accepted

    Examples:
      | part      | value                      |
      | signature | tampered in its first byte |
      | signature | made by another key        |

  @RFC9449-11.1-08 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof refused after its signature was verified does not use its jti up
    Given an honest proof is accepted
    When an honest proof has the jti of one that was refused because its <part> is <value>
    Then it is accepted

    Examples:
      | part | value           |
      | htm  | another method  |
      | htu  | of another path |
      | iat  | one hour old    |

  @RFC9449-11.1-09 @RFC9449-11.1-05 @at:token @at:par @at:userinfo @at:api
  Scenario: A jti counts to its last character
    Given an honest proof is accepted
    When two proofs have jtis that differ in the last of 100 characters
    Then it is accepted

  @RFC9449-11.1-05 @at:token @at:par @at:userinfo @at:api
  Scenario: The letter case of a jti counts
    Given an honest proof is accepted
    When two proofs have jtis that differ in letter case alone
    Then it is accepted

  @RFC9449-11.1-09 @at:token @at:par @at:userinfo @at:api
  Scenario: Large jtis do not exhaust the server
    Given an honest proof is accepted
    When 20 proofs with a jti of 8 KiB have come
    Then an honest proof is still accepted

  @RFC9449-11.1-11 @at:token @at:par @at:userinfo @at:api
  Scenario: A used proof is refused for as long as its nonce lives
    Given the server requires a nonce
    And a proof has been accepted
    When the same proof comes again four minutes later
    Then it is refused

  @RFC9449-11.1-02 @RFC9449-11.1-03 @at:token @at:par @at:userinfo @at:api
  Scenario: A server that cannot remember accepts no proof
    Given the server has a replay memory that can fail
    And an honest proof is accepted
    When its replay memory fails
    Then it is refused

  @RFC9449-11.1-09 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A large jti is accepted or refused
    Given an honest proof is accepted
    When the request carries a proof whose jti is <value>
    Then it is accepted or refused

    Examples:
      | value       |
      | 1 KiB long  |
      | 64 KiB long |

  # A memory forgets a proof when it is too old; who reckons that time otherwise than the
  # window of iat has forgotten proofs of its ends at once.
  @RFC9449-11.1-02 @at:userinfo @at:api
  Scenario Outline: A proof from the end of the time window is used once
    Given an honest proof is accepted
    When a proof <edge> comes twice
    Then it is refused

    Examples:
      | edge                                  |
      | as old as the server takes            |
      | half as old as the server takes       |
      | as far ahead as the server takes      |
      | half as far ahead as the server takes |

  @RFC9449-11.1-03 @at:token @at:par
  Scenario Outline: The authorization server takes a proof from the end of the time window once
    Given an honest proof is accepted
    When a proof <edge> comes twice
    Then it is refused

    Examples:
      | edge                                  |
      | as old as the server takes            |
      | half as old as the server takes       |
      | as far ahead as the server takes      |
      | half as far ahead as the server takes |

  # Who remembers the verdict on a proof must not take it for one on another request.
  @RFC9449-7.1-03 @RFC9449-4.3-78 @at:userinfo @at:api
  Scenario Outline: An accepted proof is good for no other request
    Given a proof has been accepted
    When the same proof comes again <change>
    Then it is refused

    Examples:
      | change                    |
      | with another access token |
      | with the method HEAD      |
