@battery
Feature: The proof carries the nonce that the server gave
  RFC 9449 §4.3, check 10, §8, §9 and §11.3: a nonce that the server asked for must come
  back exactly, and soon; the server helps the client to it.

  @RFC9449-4.3-67 @RFC9449-8-04 @RFC9449-9-02 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A nonce that the server did not give is refused
    Given the server hands out nonces
    And an honest proof is accepted
    When the request carries a proof whose nonce is <value>
    Then it is refused

    Examples:
      | value                                |
      | made up                              |
      | truncated                            |
      | without its first character          |
      | the first character of the right one |
      | with a prefix                        |
      | with a suffix                        |
      | in upper case                        |
      | in lower case                        |
      | preceded by a space                  |
      | followed by a space                  |
      | followed by a line break             |
      | given twice in one text              |
      | a pattern                            |
      | null                                 |
      | empty                                |
      | a number                             |
      | true                                 |
      | an object                            |
      | an array                             |

  @RFC9449-4.3-68 @RFC9449-11.3-01 @RFC9449-9-02 @at:token @at:par @at:userinfo @at:api
  Scenario: A proof without the nonce that was asked for is refused
    Given the server requires a nonce
    And an honest proof is accepted
    When the request carries a proof whose nonce is missing
    Then it is refused

  @RFC9449-4.3-68 @RFC9449-4.3-17 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A nonce by another letter case does not count
    Given the server requires a nonce
    And an honest proof is accepted
    When the request carries a proof whose nonce is <value>
    Then it is refused

    Examples:
      | letters | value        |
      | upper   | called NONCE |
      | capital | called Nonce |

  @RFC9449-4.3-18 @at:token @at:par @at:userinfo @at:api
  Scenario: A repeated nonce whose last value is wrong is refused
    Given the server hands out nonces
    And an honest proof is accepted
    When the request carries a proof whose nonce is given twice, last wrong
    Then it is refused

  @RFC9449-4.3-18 @at:token @at:par @at:userinfo @at:api
  Scenario: A repeated nonce whose first value is wrong is refused, or the last counts
    Given the server hands out nonces
    And an honest proof is accepted
    When the request carries a proof whose nonce is given twice, first wrong
    Then it is accepted or refused

  @RFC8725-3.10-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Text in place of the nonce does no harm
    Given the server hands out nonces
    And an honest proof is accepted
    When the request carries a proof whose nonce is <value>
    Then it is refused
    And every nonce is the only one of its answer
    And every nonce is well formed

    Examples:
      | value                      |
      | an SQL injection           |
      | with a NUL                 |
      | a path                     |
      | markup                     |
      | of characters beyond ASCII |

    @RFC9110-5.5-01
    Examples:
      | value            |
      | with line breaks |

  @RFC9449-8-07 @RFC9449-9-02 @at:token @at:par @at:userinfo @at:api
  Scenario: An expired nonce is refused
    Given the server hands out nonces
    And an honest proof is accepted
    When the request carries a proof whose nonce is expired
    Then it is refused

  @RFC9449-9-07 @at:token @at:par @at:userinfo @at:api
  Scenario: A nonce of another server is refused
    Given the server hands out nonces
    And an honest proof is accepted
    When the request carries a proof whose nonce is of another server
    Then it is refused

  @RFC9449-4.3-67 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario: A nonce that nobody asked for is accepted or refused
    Given an honest proof is accepted
    When the request carries a proof whose nonce is given though none was asked for
    Then it is accepted or refused

  @RFC9449-8-01 @at:token @at:par
  Scenario: The authorization server challenges a proof without nonce
    Given the server requires a nonce
    When the request carries a proof without nonce
    Then it is challenged for a nonce

  @RFC9449-9-01 @at:userinfo @at:api
  Scenario: The resource server challenges a proof without nonce
    Given the server requires a nonce
    When the request carries a proof without nonce
    Then it is challenged for a nonce

  # RFC 9449 §8: "The rejection response MAY include a DPoP-Nonce HTTP header".
  @RFC9449-8-04 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario: A wrong nonce is answered with a fresh one
    Given the server requires a nonce
    And an honest proof is accepted
    When the request carries a proof whose nonce is made up
    Then it is challenged for a nonce

  # "This same error code is used when supplying a new nonce value when there was a
  # nonce mismatch": where it is used, it supplies one.
  @RFC9449-8-04 @at:token @at:par @at:userinfo @at:api
  Scenario: Who asks for another nonce gives it
    Given the server requires a nonce
    And an honest proof is accepted
    When the request carries a proof whose nonce is made up
    Then an answer use_dpop_nonce brings a nonce

  @RFC9449-11.3-01 @at:token @at:par @at:userinfo @at:api
  Scenario: A client that knows the nonce cannot go back to none
    Given the server requires a nonce
    And an honest proof is accepted
    And an honest proof is accepted
    When the request carries a proof without nonce
    Then it is challenged for a nonce

  @RFC9449-8-05 @RFC9449-8-17 @at:token @at:par @at:userinfo @at:api
  Scenario: The nonce just given is accepted
    Given the server hands out nonces
    When the request carries a proof without nonce
    Then a proof with the nonce just given is accepted

  # No control before it: that would be challenged itself.
  @RFC9449-8-08 @at:userinfo @at:api
  Scenario: A challenge leaves the access token usable
    Given the server requires a nonce
    When a resource request is challenged for a nonce and repeated with it
    Then it is accepted

  @RFC9449-8-06 @at:token @at:par @at:userinfo @at:api
  Scenario: The nonce before the current one is no dead end
    Given the server hands out nonces
    And an honest proof is accepted
    And the server hands out a newer nonce
    When the request carries a proof with the nonce before
    Then it is accepted, or with the newest nonce at the next attempt

  @RFC9449-8-02 @at:token @at:par @at:userinfo @at:api
  Scenario: An answer carries one nonce at most
    Given the server hands out nonces
    When the request carries a proof without nonce
    Then every nonce is the only one of its answer

  @RFC9449-8.1-01 @at:token @at:par @at:userinfo @at:api
  Scenario: Nonces are well formed
    Given the server hands out nonces
    When the request carries a proof without nonce
    Then every nonce is well formed

  @RFC9449-8.2-04 @at:token @at:par @at:userinfo @at:api
  Scenario: No cache keeps a nonce
    Given the server hands out nonces
    And an honest proof is accepted
    When the request carries a proof without nonce
    Then every nonce is kept out of caches

  @RFC9449-8-03 @at:token @at:par @at:userinfo @at:api
  Scenario: Nobody can foresee a nonce
    Given the server hands out nonces
    When the server has handed out 32 nonces
    Then every nonce is unpredictable

  @RFC9449-11.1-10 @at:token @at:par @at:userinfo @at:api
  Scenario: A second proof with the same nonce is no dead end
    Given the server hands out nonces
    And an honest proof is accepted
    When the request carries a proof with a nonce used before
    Then it is accepted, or with the newest nonce at the next attempt
