@battery
Feature: The proof is fresh
  RFC 9449 §4.3, check 11, and §11.1: a proof is taken for a short time around its iat,
  seconds to minutes, on the server's own clock.

  @RFC9449-4.3-69 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A stale proof is refused
    Given an honest proof is accepted
    When the request carries a proof whose iat is <value>
    Then it is refused

    Examples:
      | value                                             |
      | one hour old                                      |
      | one hour old, though the proof says that it lasts |
      | one day old                                       |
      | 0                                                 |
      | 1                                                 |

  @RFC9449-4.3-70 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof of the far future is refused
    Given an honest proof is accepted
    When the request carries a proof whose iat is <value>
    Then it is refused

    Examples:
      | value          |
      | one hour ahead |
      | one year ahead |

  @RFC9449-4.3-71 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof of the near future is accepted
    Given an honest proof is accepted
    When the request carries a proof whose iat is <value>
    Then it is accepted

    Examples:
      | value            |
      | 5 seconds ahead  |
      | 10 seconds ahead |

  @RFC9449-4.3-72 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof that took its time is accepted
    Given an honest proof is accepted
    When the request carries a proof whose iat is <value>
    Then it is accepted

    Examples:
      | value          |
      | 5 seconds old  |
      | 10 seconds old |

  @RFC9449-4.3-74 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Time arithmetic does not go wrong
    Given an honest proof is accepted
    When the request carries a proof whose iat is <value>
    Then it is refused

    Examples:
      | kind              | value                        |
      | other unit        | in milliseconds              |
      | other unit        | in microseconds              |
      | minus one         | -1                           |
      | a tenth           | 0.1                          |
      | least of 32 bits  | -2^31                        |
      | beyond 31 bits    | 2^31                         |
      | beyond 32 bits    | 2^32                         |
      | least of 64 bits  | -2^63                        |
      | most of 63 bits   | 2^63-1                       |
      | beyond 63 bits    | 2^63                         |
      | beyond 64 bits    | 2^64                         |
      | huge              | 1e308                        |
      | huge and negative | -1e308                       |
      | infinite          | 1e400                        |
      | tiny              | 1e-400                       |
      | many digits       | a number of a hundred digits |
      | wrong sign        | negated                      |
      | too few bits      | raised by 2^32               |
      | too few bits      | raised by 2^64               |

  @RFC9449-4.3-73 @verdict:warn @at:token @at:par @at:userinfo @at:api
  Scenario: The time window is seconds to minutes
    When the time window of the server is measured
    Then it is no wider than advisable

  @RFC9449-4.3-69 @RFC9449-4.3-70 @at:token @at:par @at:userinfo @at:api
  Scenario: The time window ends where the profile demands a refusal
    When the time window of the server is measured
    Then it is no wider than allowed

  @RFC9449-4.3-75 @at:token @at:par @at:userinfo @at:api
  Scenario: A stale proof with a fresh nonce is accepted or refused
    Given the server requires a nonce
    And an honest proof is accepted
    When the request carries a proof whose iat is one hour old
    Then it is accepted or refused
